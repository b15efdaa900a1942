import Codecs

/// Reads samples in order: from their positions in a file, or from the chunks of a pipe.
struct SampleSource {
    private enum Mode {
        /// The remaining stretches of a file.
        case pieces(ArraySlice<Range<Int>>)
        /// The chunks of a pipe, and the number of bytes read from it.
        case chunks(ChunkWalk, position: Int)
        /// One stretch up to the end.
        case all
    }
    private let input: ByteInput
    private let bytesPerFrame: Int
    private var mode: Mode
    /// Number of remaining bytes of the stretch, and its size if it is stated; `.max` means until the end.
    private var left: Int
    private var stated = Int.max
    private var isOver = false
    /// The first bytes of a frame whose last byte has not arrived.
    private var partialFrame: [UInt8] = []
    /// Parts of a pipe that were not delivered.
    private var unreadStretches: [UnreadPart] = []

    /// Parts of a pipe that were not delivered or are missing.
    var unreadParts: [UnreadPart] {
        if case .chunks(let walk, _) = mode { return walk.unreadParts + unreadStretches }
        return unreadStretches
    }

    /// Peculiarities of a pipe that did not prevent reading.
    var remarks: [String] {
        if case .chunks(let walk, _) = mode { return walk.remarks }
        return []
    }

    /// Samples without a header.
    init(all input: ByteInput, bytesPerFrame: Int) {
        self.init(input, bytesPerFrame, .all, left: .max)
    }

    /// The stretches `pieces` of a file.
    init(_ pieces: [Range<Int>], of input: ByteInput, bytesPerFrame: Int) {
        self.init(input, bytesPerFrame, .pieces(pieces[...]), left: 0)
    }

    /// A pipe whose `walk` has reached samples at `position`: `count` bytes, or `nil` for all until the end.
    init(_ walk: ChunkWalk, at position: Int, count: Int?, of input: ByteInput, bytesPerFrame: Int) {
        self.init(input, bytesPerFrame, .chunks(walk, position: position + (count ?? 0)), left: count ?? .max)
        stated = count ?? .max
    }

    private init(_ input: ByteInput, _ bytesPerFrame: Int, _ mode: Mode, left: Int) {
        self.input = input
        self.bytesPerFrame = bytesPerFrame
        self.mode = mode
        self.left = left
    }

    /// Reads up to `frames` frames as soon as there are any, and appends them to `bytes`. Returns their number, 0 at
    /// the end.
    mutating func read(frames: Int, into bytes: inout [UInt8]) throws(AudioFileError) -> Int {
        bytes += partialFrame
        partialFrame.removeAll(keepingCapacity: true)
        while bytes.count < bytesPerFrame && !isOver {
            if left == 0 {
                let isGoingOn = try advance()
                // An incomplete last frame cannot be played.
                if !isGoingOn { bytes.removeLast(bytes.count % bytesPerFrame) }
                continue
            }
            let count = try input.read(upTo: min(frames * bytesPerFrame - bytes.count, left), appendingTo: &bytes)
            if left != .max { left -= count }
            if count == 0 { end() }
        }
        if isOver { bytes.removeLast(bytes.count % bytesPerFrame) }
        partialFrame += bytes.suffix(bytes.count % bytesPerFrame)
        bytes.removeLast(bytes.count % bytesPerFrame)
        return bytes.count / bytesPerFrame
    }

    /// Moves to the next stretch. Returns whether it continues the previous one.
    private mutating func advance() throws(AudioFileError) -> Bool {
        switch mode {
        case .all: isOver = true
        case .pieces(var pieces):
            guard let piece = pieces.popFirst() else {
                isOver = true
                return false
            }
            mode = .pieces(pieces)
            input.seek(to: piece.lowerBound)
            left = piece.count
        case .chunks(var walk, var position):
            let step = try walk.step(at: position, remaining: nil) { count throws(AudioFileError) in
                try input.peek(count)
            }
            switch step {
            case .end: isOver = true
            case .skip(let count):
                try input.skip(count)
                position += count
            case .samples(let before, let count):
                try input.skip(before)
                position += before + (count ?? 0)
                (left, stated) = (count ?? .max, count ?? .max)
                mode = .chunks(walk, position: position)
                return before == 0
            case .unreadParts(let count, let words):
                unreadStretches.append(UnreadPart(.joined, "\(words), from byte \(position) on"))
                isOver = count == nil
                try input.skip(count ?? 0)
                position += count ?? 0
            }
            mode = .chunks(walk, position: position)
        }
        return false
    }

    /// Records that the input ended before the stated number of samples.
    private mutating func end() {
        isOver = true
        guard case .chunks = mode, left != .max, !input.wasStopped else { return }
        unreadStretches.append(UnreadPart(.missing, "\(stated - left) of \(stated) bytes of samples are there"))
    }
}
