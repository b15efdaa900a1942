import Glibc

/// The memory of another process, as a debugger would dump it.
public struct MemoryReader {
    /// Pages of one mapping that lie beside each other and are in use.
    public struct Region {
        /// What `/proc/PID/maps` calls it, its permissions first.
        public var name: String
        public var bytes: [UInt8]
        /// Whether core files leave it out (`MADV_DONTDUMP`).
        public var isLeftOutOfDumps = false

        public init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }

        /// Whether it is this process's own copy of a file's pages, as a program's constants are; memory that processes
        /// share is not.
        public var isOfFile: Bool { name.contains("p /") }
    }

    /// What process `pid` can have written to its memory; the kernel's own mappings (`[vvar]` and the like) apart.
    public static func regions(of pid: Int32) -> [Region] { mappings(of: pid).flatMap(\.inUse) }

    private static func mappings(of pid: Int32) -> [Region] {
        let memory = unsafe open("/proc/\(pid)/mem", O_RDONLY)
        precondition(memory >= 0, "the memory of process \(pid) can be read (as root)")
        defer { close(memory) }
        var regions: [Region] = []
        for line in lines(of: "/proc/\(pid)/smaps") {
            let words = line.split(separator: " ", omittingEmptySubsequences: true)
            if words.first == "VmFlags:", words.contains("dd"), !regions.isEmpty {
                regions[regions.count - 1].isLeftOutOfDumps = true
            }
            guard words.count >= 5, words[0].contains("-") else { continue }
            let name = words.count > 5 ? String(words[5]) : "anonymous"
            let range = words[0].split(separator: "-").compactMap { Int($0, radix: 16) }
            guard range.count == 2 else { continue }
            // One that is passed over takes its flags with it.
            regions.append(Region(name: "\(words[1]) \(name)", bytes: []))
            guard words[1].hasPrefix("rw") || (words[1].hasPrefix("r") && !name.hasPrefix("/")), !name.hasPrefix("[v")
            else { continue }
            var bytes = [UInt8](repeating: 0, count: range[1] - range[0])
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(memory, $0.baseAddress, $0.count, off_t(range[0]))
            }
            bytes.removeLast(bytes.count - max(0, got))
            regions[regions.count - 1].bytes = bytes
        }
        return regions
    }

    /// The regions of a process that is held still.
    public static func regions(ofStopped pid: Int32) -> [Region]? {
        let status = { lines(of: "/proc/\(pid)/status").first { $0.hasPrefix("State:") }?.contains("T") }
        while let isStopped = status() {
            if isStopped { return regions(of: pid) }
            usleep(1_000)
        }
        return nil
    }

    private static func lines(of path: String) -> [Substring] {
        let file = unsafe open(path, O_RDONLY)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var text: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = unsafe block.withUnsafeMutableBytes({ unsafe read(file, $0.baseAddress, $0.count) }),
            count > 0
        {
            text += block[..<count]
        }
        return String(decoding: text, as: UTF8.self).split(separator: "\n")
    }
}

/// The ways in which a sequence of digits can lie in memory.
public enum DigitEncoding: String, CaseIterable, Sendable {
    /// A character a byte.
    case ascii
    /// A character in two bytes.
    case utf16
    /// A digit's value a byte, 0 to 9.
    case values
    /// A key's index on the keypad a byte, row by row.
    case keys
    /// Two digits a byte, the first in the high half.
    case packed
    /// Two digits a byte, beginning in a low half.
    case packedFromLowHalf

    /// The bytes of `digits`, where a whole number of them stands for the digits alone.
    public func bytes(of digits: String) -> [UInt8] {
        let values = digits.utf8.map { $0 - 0x30 }
        switch self {
        case .ascii: return Array(digits.utf8)
        case .utf16: return digits.utf8.dropLast().flatMap { [$0, 0] } + [digits.utf8.last!]
        case .values: return values
        case .keys: return values.map { $0 == 0 ? 13 : 4 * (($0 - 1) / 3) + ($0 - 1) % 3 }
        case .packed: return pack(values)
        case .packedFromLowHalf: return pack(Array(values.dropFirst()))
        }
    }

    private func pack(_ values: [UInt8]) -> [UInt8] {
        stride(from: 0, to: values.count - 1, by: 2).map { values[$0] << 4 | values[$0 + 1] }
    }
}

extension MemoryReader.Region {
    /// The parts of it that hold anything; pauses of a sound, as they are pages of zeros, are no end of one.
    fileprivate var inUse: [MemoryReader.Region] {
        let (page, pause) = (4096, 128 << 10)
        var runs: [Range<Int>] = []
        for start in stride(from: 0, to: bytes.count, by: page) {
            let range = start..<min(bytes.count, start + page)
            guard bytes[range].contains(where: { $0 != 0 }) else { continue }
            if let last = runs.last, start <= last.upperBound + pause {
                runs[runs.count - 1] = last.lowerBound..<range.upperBound
            } else {
                runs.append(range)
            }
        }
        return runs.map { run in
            var part = self
            part.bytes = Array(bytes[run])
            return part
        }
    }

    /// What lies around each place where `pattern` occurs as the first elements of an array of bytes: the array's count
    /// lies 16 bytes before them.
    public func arrays(beginningWith pattern: [UInt8]) -> [String] {
        stride(from: 16, through: bytes.count - pattern.count, by: 16).filter { place in
            bytes[place...].starts(with: pattern) && (pattern.count...64).contains(Int(bytes[place - 16]))
                && bytes[(place - 15)..<(place - 8)].allSatisfy { $0 == 0 }
        }.map(text)
    }

    /// What lies around each place where the text `pattern` occurs by itself: neither a hexadecimal digit nor a hyphen
    /// is beside it, as in names of folders and in times.
    public func words(_ pattern: [UInt8]) -> [String] {
        let isPart = { (byte: UInt8) in byte == UInt8(ascii: "-") || Character(Unicode.Scalar(byte)).isHexDigit }
        return bytes.indices.dropLast(pattern.count - 1).filter { place in
            let end = place + pattern.count
            return bytes[place] == pattern[0] && bytes[place..<end].elementsEqual(pattern)
                && (place == 0 || !isPart(bytes[place - 1])) && (end == bytes.count || !isPart(bytes[end]))
        }.map(text)
    }

    /// What lies around `place`, as text.
    private func text(around place: Int) -> String {
        let around = bytes[max(0, place - 48)..<min(bytes.count, place + 48)]
        return String(around.map { (0x20..<0x7f).contains($0) ? Character(Unicode.Scalar($0)) : "." })
    }

    /// Whether more than half of `pattern` lies here in a row, with its bytes `step` apart: registers that were saved
    /// hold a piece of what was copied, and not the whole.
    public func holdsMost(of pattern: [UInt8], step: Int = 1) -> Bool {
        // Each such piece holds the byte in the middle.
        let middle = pattern.count / 2
        return unsafe bytes.withUnsafeBufferPointer { memory in
            for place in memory.indices where unsafe memory[place] == pattern[middle] {
                var (first, last) = (middle, middle)
                while first > 0, place - (middle - first + 1) * step >= 0,
                    unsafe memory[place - (middle - first + 1) * step] == pattern[first - 1]
                {
                    first -= 1
                }
                while last + 1 < pattern.count, place + (last + 1 - middle) * step < memory.count,
                    unsafe memory[place + (last + 1 - middle) * step] == pattern[last + 1]
                {
                    last += 1
                }
                let piece = pattern[first...last]
                // A row of zeros is no piece of a number.
                if piece.count > pattern.count / 2, Set(piece).count > 3 { return true }
            }
            return false
        }
    }

    /// How often `pattern` occurs with its bytes `step` apart.
    public func count(of pattern: [UInt8], step: Int = 1) -> Int {
        let reach = (pattern.count - 1) * step
        guard bytes.count > reach else { return 0 }
        return unsafe bytes.withUnsafeBufferPointer { memory in
            var found = 0
            for start in 0..<(memory.count - reach) where unsafe memory[start] == pattern[0] {
                var index = 1
                while index < pattern.count, unsafe memory[start + index * step] == pattern[index] { index += 1 }
                if index == pattern.count { found += 1 }
            }
            return found
        }
    }
}
