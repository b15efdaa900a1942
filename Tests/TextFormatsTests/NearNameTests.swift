import Testing
import TextFormats

@Suite struct NearNameTests {
    private static let names = ["decode", "suppress", "verify"]

    @Test func `Up to a third of the characters may be wrong`() {
        #expect(NearName.of("decod", among: Self.names) == "decode")
        #expect(NearName.of("supres", among: Self.names) == "suppress")
        #expect(NearName.of("veryfy", among: Self.names) == "verify")
        #expect(NearName.of("xyz", among: Self.names) == nil && NearName.of("d", among: Self.names) == nil)
    }

    @Test func `A name is nearest to itself, and an empty list has no nearest name`() {
        for name in Self.names { #expect(NearName.of(name, among: Self.names) == name) }
        #expect(NearName.of("decode", among: []) == nil)
    }
}
