import DTMF
import Testing

@Suite struct KeyTests {
    @Test(arguments: Key.allCases)
    func `a key is the key of its character and of its tones`(key: Key) {
        #expect(Key(key.character) == key)
        #expect(Key(row: key.row, column: key.column) == key)
    }

    @Test func `the keypad is laid out as in Q.23`() {
        #expect(String(Key.allCases.map(\.character)) == "123A456B789C*0#D")
        #expect(Key("5").map { [$0.lowHz, $0.highHz] } == [770, 1336])
        #expect(Key("d") == .d)
        #expect(Key("E") == nil)
    }
}
