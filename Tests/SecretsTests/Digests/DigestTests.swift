import Foundation
import Secrets
import Testing

@Suite struct DigestTests {
    private static func hex(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

    /// NIST's examples for SHA-256.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `Digests are those of FIPS 180-4`(text: String, digest: String) {
        let bytes = Array(text.utf8)
        #expect(Self.hex(SHA256.digest(of: bytes)) == digest)
        var hash = SHA256()
        for byte in bytes { hash.add([byte, 0xFF], count: 1) }
        #expect(Self.hex(hash.digest()) == digest, "piece by piece")
    }

    /// RFC 8032, section 7.1, test 1, its key as PKCS #8 (RFC 8410).
    @Test func `A signature is that of RFC 8032`() throws {
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g
            -----END PRIVATE KEY-----

            """
        let signature = try Ed25519Key(pem: Array(pem.utf8)).sign([])
        #expect(
            Self.hex(signature) == "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b")
    }

    @Test func `The public key verifies exactly what the private key signed`() throws {
        let made = try Ed25519Key.make()
        let (secret, open) = (Ed25519Key(pem: made.secret), Ed25519Key(pem: made.open))
        let signature = try secret.sign([1, 2, 3])
        #expect(try open.verifies(signature, of: [1, 2, 3]) && secret.verifies(signature, of: [1, 2, 3]))
        #expect(try !open.verifies(signature, of: [1, 2, 4]))
        #expect(try !open.verifies(signature.dropLast() + [signature.last! ^ 1], of: [1, 2, 3]))
        #expect(throws: Ed25519Key.Fault.notPrivate) { try open.sign([1]) }
        #expect(throws: Ed25519Key.Fault.notPEM) { try Ed25519Key(pem: [1]).verifies(signature, of: [1]) }
    }

    @Test func `Random bytes differ`() {
        #expect(SecureRandom.bytes(32) != SecureRandom.bytes(32) && SecureRandom.bytes(7).count == 7)
    }
}
