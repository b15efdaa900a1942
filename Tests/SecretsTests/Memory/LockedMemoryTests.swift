import Foundation
import Glibc
import Secrets
import Testing

/// Memory of this process as `/proc/self/smaps` tells it.
private enum Smaps {
    /// The flags (`VmFlags`) of the region that holds `address`: lo locked, dd not dumped, dc not copied on fork.
    static func flags(at address: UInt) throws -> Set<Substring> {
        let file = try #require(FileHandle(forReadingAtPath: "/proc/self/smaps"))
        var isInside = false
        for line in String(decoding: try readAll(file), as: UTF8.self).split(separator: "\n") {
            if let range = line.firstMatch(of: #/^([0-9a-f]+)-([0-9a-f]+) /#), let start = UInt(range.1, radix: 16),
                let end = UInt(range.2, radix: 16)
            {
                isInside = (start..<end).contains(address)
            }
            if isInside, line.hasPrefix("VmFlags:") { return Set(line.split(separator: " ")) }
        }
        return []
    }

    /// The kernel's files have no size to go by.
    private static func readAll(_ file: FileHandle) throws -> Data {
        var bytes = Data()
        while let block = try file.read(upToCount: 4096), !block.isEmpty { bytes += block }
        return bytes
    }
}

@Suite struct LockedMemoryTests {
    private static let number = Array("4242424242424242".utf8)

    @Test(arguments: [1, 100, 4096, 4097, 20_000])
    func `A buffer's pages are locked, left out of dumps and not inherited`(capacity: Int) throws {
        let buffer = try #require(LockedBuffer(capacity: capacity))
        #expect(buffer.remaining >= capacity && buffer.remaining.isMultiple(of: 4096))
        buffer.append(Self.number.span)
        let address = unsafe buffer.withBytes { UInt(bitPattern: $0.baseAddress) }
        #expect(try Smaps.flags(at: address).isSuperset(of: ["lo", "dd", "dc"]))
        withExtendedLifetime(buffer) {}
    }

    @Test func `A wiped buffer holds zeros`() throws {
        let buffer = try #require(LockedBuffer(capacity: 100))
        buffer.append(Self.number.span)
        #expect(buffer.count == 16)
        buffer.wipe()
        #expect(buffer.count == 0 && buffer.remaining == 4096)
        buffer.withBytes(in: 0..<4096) { bytes in #expect(bytes.indices.allSatisfy { bytes[$0] == 0 }) }
    }

    @Test func `A wiped part holds zeros, and the rest is unchanged`() throws {
        let buffer = try #require(LockedBuffer(capacity: 100))
        for index in 0..<100 { buffer[index] = UInt8(index + 1) }
        buffer.wipe(10..<20)
        buffer.wipe(50..<50)
        for index in 0..<100 { #expect(buffer[index] == ((10..<20).contains(index) ? 0 : UInt8(index + 1))) }
    }

    @Test func `A buffer on reused pages holds no old bytes`() throws {
        for _ in 0..<200 {
            let buffer = try #require(LockedBuffer(capacity: 100))
            buffer.withBytes(in: 0..<4096) { bytes in #expect(bytes.indices.allSatisfy { bytes[$0] == 0 }) }
            buffer.append(Self.number.span)
            for byte in Self.number { buffer.append(byte) }
            unsafe buffer.withBytes { bytes in
                #expect(unsafe Array(bytes) == Self.number + Self.number)
            }
        }
    }

    @Test func `What a payment needs fits below the limit of older systems`() throws {
        #expect(LockedMemory.neededForPayment <= 48 << 10)
        try LockedMemory.prepareForPayment()
    }

    @Test func `Borrowed memory stays locked until its last owner releases it`() throws {
        let size = 3 * 4096
        let mapping = unsafe mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let start = unsafe mapping, unsafe start != MAP_FAILED else {
            Issue.record("no memory")
            return
        }
        defer { unsafe munmap(start, size) }
        let whole = unsafe UnsafeRawBufferPointer(start: start, count: size)
        // Two places that share the page in the middle.
        let (first, second) = unsafe (
            UnsafeRawBufferPointer(rebasing: whole[100..<5000]), UnsafeRawBufferPointer(rebasing: whole[5000..<9000])
        )
        func isLocked(_ page: Int) throws -> Bool {
            try Smaps.flags(at: UInt(bitPattern: start) + UInt(page * 4096)).contains("lo")
        }
        #expect(unsafe BorrowedMemory.lock(first) && BorrowedMemory.lock(second))
        #expect(try isLocked(0) && isLocked(1) && isLocked(2))
        unsafe BorrowedMemory.unlock(first)
        #expect(try !isLocked(0) && isLocked(1) && isLocked(2))
        unsafe BorrowedMemory.unlock(second)
        #expect(try !isLocked(0) && !isLocked(1) && !isLocked(2))
    }
}
