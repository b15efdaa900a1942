import Foundation
import Testing

/// The modules of the package: their imports, the imports allowed by Package.swift, and the README's table.
@Suite struct ModuleGraphTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()
    private static func text(_ path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    /// Names of the modules below Sources.
    private static let modules = Set(
        (try? FileManager.default.contentsOfDirectory(atPath: root.appending(path: "Sources").path)) ?? [])

    /// The package's modules that the Swift files below `folder` import.
    private static func imports(below folder: String) throws -> Set<String> {
        let place = root.appending(path: folder)
        var found: Set<String> = []
        for case let file as URL in FileManager.default.enumerator(at: place, includingPropertiesForKeys: nil)! {
            guard file.pathExtension == "swift" else { continue }
            for line in try String(contentsOf: file, encoding: .utf8).split(separator: "\n") {
                let words = line.split(separator: " ")
                guard words.count >= 2, words.count <= 4, words[words.count - 2] == "import" else { continue }
                found.insert(String(words[words.count - 1]))
            }
        }
        return found.intersection(modules)
    }

    /// What Package.swift lets each module import of the package's own.
    private static func dependencies() throws -> [String: Set<String>] {
        var table: [String: Set<String>] = [:]
        let package = try text("Package.swift")
        for target in package.split(separator: /\.(?:target|executableTarget|systemLibrary|testTarget|plugin)\(/)
            .dropFirst()
        {
            guard let name = target.firstMatch(of: /name: "([^"]+)"/)?.1 else { continue }
            let list = target.firstMatch(of: /dependencies: \[(.*?)\]/.dotMatchesNewlines())?.1 ?? ""
            // Products of other packages are no modules of this one.
            let own = String(list).replacing(/\.product\([^)]*\)/, with: "").matches(of: /"([^"]+)"/).map {
                String($0.1)
            }
            table[String(name)] = Set(own).intersection(modules)
        }
        return table
    }

    /// The modules of the README's table, in its order.
    private static func rows() throws -> [String] {
        let table = try text("README.md").split(separator: "| module | duty |")[1].split(separator: "\n\n")[0]
        return table.split(separator: "\n").dropFirst().flatMap { row in
            (row.split(separator: "|").first ?? "").matches(of: /`([^`]+)`/).map { String($0.1) }
        }
    }

    /// Everything that `modules` import, by whatever way.
    private static func closure(_ modules: Set<String>, _ table: [String: Set<String>]) -> Set<String> {
        var (all, next) = (modules, Array(modules))
        while let module = next.popLast() {
            for other in table[module] ?? [] where all.insert(other).inserted { next.append(other) }
        }
        return all
    }

    @Test func `A module imports exactly the modules that Package.swift allows`() throws {
        let table = try Self.dependencies()
        #expect(Self.modules.count > 20 && Set(table.keys).isSuperset(of: Self.modules))
        for module in Self.modules.sorted() {
            let imports = try Self.imports(below: "Sources/\(module)")
            #expect(imports == table[module], "\(module)")
        }
    }

    @Test func `The README names every module, each below those that it imports`() throws {
        let (rows, table) = (try Self.rows(), try Self.dependencies())
        #expect(rows.count == Set(rows).count && Set(rows) == Self.modules, "\(Self.modules.symmetricDifference(rows))")
        for (index, module) in rows.enumerated() {
            let below = (table[module] ?? []).subtracting(rows[..<index])
            #expect(below.isEmpty, "\(module) imports \(below.sorted()), which the table has below it")
        }
    }

    @Test func `Recordings need no payment module: their libraries, and the commands on them`() throws {
        let table = try Self.dependencies()
        let roots: Set<String> = ["Currencies", "PaymentSession", "CurlClient", "Ledger"]
        let payment = Self.modules.filter { !Self.closure([$0], table).isDisjoint(with: roots) }
        #expect(payment.isSuperset(of: ["Gateway", "CallControl", "tonewall"]))
        #expect(payment.isDisjoint(with: ["Recordings", "Archive", "Redaction", "Verification", "ProcessIO"]))
        let commands = try Self.imports(below: "Sources/tonewall/Recordings")
        #expect(commands.isSuperset(of: ["Recordings", "Archive", "Redaction"]))
        #expect(commands.isDisjoint(with: payment), "\(commands.intersection(payment))")
    }
}
