import Support
import Testing
import TextFormats

struct Base64Tests {
    /// The examples of RFC 4648, section 10.
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
        ("foobar", "Zm9vYmFy"),
    ])
    func `Text is that of the recommendation, and is read with padding or without`(plain: String, text: String) {
        #expect(Base64.text(Array(plain.utf8)) == text)
        #expect(Base64.bytes(text) == Array(plain.utf8))
        #expect(Base64.bytes(text.filter { $0 != "=" }) == Array(plain.utf8))
    }

    @Test func `All bytes come back`() {
        let bytes = (0...255).map { UInt8($0) }
        #expect(Base64.bytes(Base64.text(bytes)) == bytes)
    }

    @Test(arguments: ["A", "AAAAA", "AA=A", "A===", "AA AA", "AA-_", "AAAé"])
    func `Other characters are no Base64`(text: String) {
        #expect(Base64.bytes(text) == nil)
    }
}
