import Foundation
import PaymentSession
import Testing

@Suite struct Disclosure {
    /// Every type that is an element.
    static let elements: [any DisclosableElement.Type] = [
        DigitCount.self, CardBrand.self, LastFour.self, CardExpiry.self, Money.self, Reference.self, SessionName.self,
        PaymentName.self, AttemptNumber.self, OutcomeWord.self, GatewayCode.self, FieldErrorCode.self, IssuerCheck.self,
        CardToken.self, CallName.self, IdempotencyKey.self, TestMark.self, Merchant.self, Moment.self, OrderKind.self,
        MoneyBack.self,
    ]

    private func conforms(_ type: any DisclosableElement.Type, to outlet: Outlet) -> Bool {
        switch outlet {
        case .agentView: type is any AgentDisclosable.Type
        case .recording: type is any RecordingDisclosable.Type
        case .dashboard: type is any DashboardDisclosable.Type
        case .log: type is any LogDisclosable.Type
        case .webhook: type is any WebhookDisclosable.Type
        case .receipt: type is any ReceiptDisclosable.Type
        case .ledger: type is any LedgerDisclosable.Type
        case .callerPrompt: type is any CallerDisclosable.Type
        }
    }

    @Test(arguments: Outlet.allCases)
    func `the types allow exactly what the table allows`(outlet: Outlet) {
        let allowed = Set(Self.elements.filter { conforms($0, to: outlet) }.map { $0.element })
        #expect(allowed == outlet.disclosed)
    }

    @Test func `card number, security code, keys and address digits are disclosed nowhere`() {
        let typed = Set(Self.elements.map { $0.element })
        for element in [DataElement.cardNumber, .securityCode, .key, .houseNumber, .postcode] {
            #expect(Outlet.allCases.allSatisfy { !$0.disclosed.contains(element) })
            #expect(!typed.contains(element), "no type can carry it")
        }
        #expect(typed.union([.cardNumber, .securityCode, .key, .houseNumber, .postcode]) == Set(DataElement.allCases))
    }

    @Test func `the table in the documentation is the table in the code`() throws {
        let outlets = Outlet.allCases
        var lines = [
            "# What is disclosed where", "",
            "What each outlet (columns) may hold of a session (rows). Written by `DisclosureTests` from `Outlet.disclosed`.",
            "",
            "| element | " + outlets.map(\.rawValue).joined(separator: " | ") + " |",
            "|---|" + String(repeating: "---|", count: outlets.count),
        ]
        for element in DataElement.allCases {
            let cells = outlets.map { $0.disclosed.contains(element) ? "yes" : "–" }
            lines.append("| \(element.rawValue) | \(cells.joined(separator: " | ")) |")
        }
        try expectDocumented(lines.joined(separator: "\n") + "\n", as: "WhatIsDisclosedWhere.md")
    }

    @Test func `a receipt holds the receipt's elements and no others`() throws {
        var session = SessionDriver()
        session.command(.collect)
        session.keyCard()
        let (merchant, paid) = (Merchant("Example Ltd"), Moment("2026-11-21 22:00:00 +01:00"))
        #expect(
            Receipt(session.machine.agentView, merchant: merchant, paid: paid) == nil, "not before the approval")
        session.send(.answered(.approved(SessionDriver.approval), attempt: 1))
        let receipt = try #require(Receipt(session.machine.agentView, merchant: merchant, paid: paid))
        #expect(Set(receipt.lines.map(\.element)).isSubset(of: Outlet.receipt.disclosed))
        #expect(receipt.text.contains("4242\n") && !receipt.text.contains("42424"))
        for words in [
            "Example Ltd", "2026-11-21 22:00:00 +01:00", "telephone order (MOTO)", "GBP 42.00", "visa", "pi_1",
        ] {
            #expect(receipt.text.contains(words))
        }
    }

    // MARK: Refused by the compiler

    static let allowed = [
        "func f(_ v: AgentView) -> Int { v.attempt }",
        "func f(_ e: some LogDisclosable) -> String { e.disclosed }; func g() -> String { f(PaymentName(\"pi\")) }",
        "func f(_ d: borrowing SensitiveDigits) -> Int { d.count }",
    ]

    static let refused = [
        ("a description", "func f(_ d: borrowing SensitiveDigits) -> String { \"\\(d)\" }"),
        ("a comparison", "func f(_ d: borrowing SensitiveDigits, _ e: borrowing SensitiveDigits) -> Bool { d == e }"),
        ("an encoding", "func f<T: Encodable>(_ t: T) {}; func g(_ d: consuming SensitiveDigits) { f(d) }"),
        ("a collection", "func f(_ d: consuming SensitiveDigits) -> [SensitiveDigits] { [d] }"),
        ("a place in a copyable view", "struct View: Sendable { var number: SensitiveDigits }"),
        ("the door without its key", "func f(_ d: borrowing SensitiveDigits) { d.withDigits { _ in } }"),
        ("a card's description", "func f(_ c: borrowing CardDetails) -> String { \"\\(c)\" }"),
        ("an agent's view with more in it", "func f() -> AgentView { AgentView() }"),
        ("the last four in a log", "func f(_ e: some LogDisclosable) {}; func g(_ c: MaskedCard) { f(c.ending) }"),
        ("the expiry on a receipt", "func f(_ e: some ReceiptDisclosable) {}; func g(_ e: CardExpiry) { f(e) }"),
        (
            "a refusal's detail to the caller",
            "func f(_ e: some CallerDisclosable) {}; func g(_ d: Decline) { f(d.code) }"
        ),
    ]

    @Test func `allowed uses compile`() throws {
        let errors = try compile(Self.allowed)
        #expect(errors.isEmpty, "\(errors)")
    }

    @Test func `forbidden uses do not compile`() throws {
        let errors = try compile(Self.refused.map(\.1))
        for (index, (what, _)) in Self.refused.enumerated() {
            #expect(errors.contains { $0.contains("snippet\(index).swift") }, "\(what)")
        }
    }

    @Test func `a copy does not compile`() throws {
        let errors = try compile(["func f(_ d: borrowing SensitiveDigits) -> SensitiveDigits { d }"], "-emit-sil")
        #expect(errors.contains { $0.contains("'d' is borrowed and cannot be consumed") }, "\(errors)")
    }

    /// The compiler's errors on `snippets`, each in a file of its own, checked in one run.
    private func compile(_ snippets: [String], _ mode: String = "-typecheck") throws -> [Substring] {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("tonewall-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let names = try snippets.enumerated().map { index, snippet in
            let file = folder.appendingPathComponent("snippet\(index).swift")
            // One namespace a snippet, so that their names do not meet.
            try Data("import PaymentSession\nenum Snippet\(index) {\nstatic \(snippet.staticText)\n}\n".utf8).write(
                to: file)
            return file.path
        }
        let build = URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent()
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments =
            [
                "swiftc", mode, "-wmo", "-o", folder.appendingPathComponent("out").path, "-swift-version", "6", "-I",
                build.appendingPathComponent("Modules").path, "-Xcc",
                "-fmodule-map-file=\(build.appendingPathComponent("CVector.build/module.modulemap").path)",
            ] + names
        let output = Pipe()
        compiler.standardError = output
        compiler.standardOutput = output
        try compiler.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        compiler.waitUntilExit()
        return text.split(separator: "\n").filter { $0.contains("error:") }
    }
}

extension String {
    /// Every function of a snippet as a static one of its namespace.
    fileprivate var staticText: String {
        let text = replacingOccurrences(of: "; func ", with: "\nstatic func ")
        return text.hasPrefix("struct") ? "func f() {}\n" + text : text
    }
}

/// The package's folder.
let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

/// Holds `text` against the page called `name` of the module's documentation, or writes it where
/// `TONEWALL_WRITE_TABLES` is set.
func expectDocumented(_ text: String, as name: String) throws {
    let file = repository.appendingPathComponent("Sources/PaymentSession/PaymentSession.docc/\(name)")
    if ProcessInfo.processInfo.environment["TONEWALL_WRITE_TABLES"] != nil { try Data(text.utf8).write(to: file) }
    let documented = try String(contentsOf: file, encoding: .utf8)
    #expect(documented == text, "run the tests with TONEWALL_WRITE_TABLES=1 and read the difference")
}
