import Foundation
import Support
import Testing

/// A ledger's name, a head's and a mock's are bytes: exactly that file is opened, whatever SQLite would read in its
/// name.
@Suite(.ownThread) struct DatabaseNameTests {
    /// Names as a shell quotes them.
    static let names = [
        "file:x", "'file:x?mode=memory'", ":memory:", "'a?mode=ro'", "'a%41#b'", #"$'a\xff\xfe.db'"#,
        #"$'\xf4\x8f\x9d\xbf'"#,
        #"$'a\nb'"#, "' '", #"$'e\xcc\x81'"#, "\"a'b\"", "./-x", "//tmp/../$PWD/x",
    ]

    private let folder = TemporaryFolder()

    /// Runs a line of shell in the folder, where `$T` is the command, and `$N` the name.
    private func shell(_ name: String, _ line: String) throws -> (text: String, status: Int32) {
        try Command.shell("cd '\(folder.path)' && T='\(Command.path)' && N=\(name) && \(line)")
    }

    @Test(arguments: names)
    func `A ledger is the named file, and its other files are beside it`(name: String) throws {
        let call = FixtureCall.all[0].path
        let paid = try shell(name, "$T pay '\(call)' --gateway mock --session S --ledger \"$N\" 2>&1")
        #expect(paid.text.contains("TEST"), "\(paid)")
        let files =
            #"[ -s "$N" -a -s "$N.key" -a -s "$N.key.head" ] && rm -f "$N-wal" "$N-shm" "#
            + "&& find . -type f -printf x | wc -c"
        let listed = try shell(name, "ls -Ab").text
        #expect(try shell(name, files).text == "3\n", "\(listed)")
        #expect(try shell(name, "$T ledger list \"$N\"").text.contains("  S  "))
        let head = try shell(
            name, "$T ledger reconcile \"$N\" --head \"$N.heads\" 2>&1; $T ledger verify \"$N\" --head \"$N.heads\"")
        #expect(head.status == 0, "\(head)")
        #expect(try shell(name, #"[ -s "$N.heads" ] && find . -type f -printf x | wc -c"#).text == "4\n")
    }

    @Test(arguments: names)
    func `The mock's state is the named file`(name: String) throws {
        // It ends once its input does; until its address is out, it is being opened.
        let run = try shell(
            name,
            #"coproc G { $T gateway --until-input-ends --state "$N"; } && read -r URL <&${G[0]} "#
                + #"&& eval "exec ${G[1]}>&-" && wait && [ -s "$N" ] && find . -type f -printf x | wc -c"#)
        #expect(run.text == "1\n", "\(run)")
    }

    @Test(arguments: ["''", ".", "/dev/null", "missing/x"])
    func `A path that is not a file is refused with a line`(name: String) throws {
        for line in ["$T ledger list \"$N\"", "$T gateway --until-input-ends --state \"$N\" < <(exec sleep 9)"] {
            let run = try shell(name, "\(line) 2>&1 >/dev/null")
            #expect(
                [64, 65, 66, 73, 74].contains(run.status) && run.text.split(separator: "\n").count == 1,
                "\(line): \(run)")
        }
    }
}
