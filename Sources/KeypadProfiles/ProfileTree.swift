import Yams

/// Names and values with their lines.
struct ProfileTree {
    indirect enum Value {
        case text(String)
        case table([Member])
        /// A list, or nothing.
        case other
    }

    /// A name and its value.
    struct Member {
        var name: String
        /// The line of the name.
        var line: Int
        var tree: ProfileTree
    }

    /// From 1.
    var line: Int
    var value: Value

    init(line: Int, _ value: Value) {
        self.line = line
        self.value = value
    }
}

extension ProfileTree {
    /// - Throws: ``ProfileFileError`` with the line of the error.
    init(yaml text: String) throws(ProfileFileError) {
        do {
            guard let node = try Yams.compose(yaml: text) else { throw ProfileFileError(line: 1, problem: .empty) }
            self.init(node, line: 1)
        } catch let error as ProfileFileError {
            throw error
        } catch let YamlError.scanner(_, problem, mark, _) {
            throw ProfileFileError(line: mark.line, problem: .notYAML(problem))
        } catch let YamlError.parser(_, problem, mark, _) {
            throw ProfileFileError(line: mark.line, problem: .notYAML(problem))
        } catch let YamlError.composer(_, problem, mark, _) {
            throw ProfileFileError(line: mark.line, problem: .notYAML(problem))
        } catch let YamlError.duplicatedKeysInMapping(names, context) {
            let line = Self.lastLine(of: names.first ?? "", in: text) ?? context.mark.line
            throw ProfileFileError(line: line, problem: .nameTwice)
        } catch {
            throw ProfileFileError(line: 1, problem: .notYAML("it cannot be read"))
        }
    }

    /// - Parameter line: The line of the name, for a value without text, which has no line of its own.
    private init(_ node: Node, line: Int) {
        let line = node.mark?.line ?? line
        switch node {
        case .scalar(let scalar): self.init(line: line, .text(scalar.string))
        case .mapping(let mapping):
            let members = mapping.map { name, value in
                let line = name.mark?.line ?? line
                return Member(name: name.string ?? "", line: line, tree: ProfileTree(value, line: line))
            }
            self.init(line: line, .table(members))
        case .sequence, .alias: self.init(line: line, .other)
        }
    }

    /// The last line that gives `name` a value. The parser reports only the first.
    private static func lastLine(of name: String, in text: String) -> Int? {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        let index = lines.lastIndex { line in line.drop { $0 == " " || $0 == "{" }.hasPrefix("\(name):") }
        return index.map { $0 + 1 }
    }
}
