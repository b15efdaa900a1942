import Codecs

/// Samples read in order: from their places in a file, or from a pipe as its chunks go by.
struct SampleSource {
    private enum Mode {
        /// The stretches of a file that are still to come.
        case pieces(ArraySlice<Range<Int>>)
        /// The chunks of a pipe, and how many bytes of it went by.
        case chunks(ChunkWalk, position: Int)
        /// One stretch to the end.
        case all
    }
    private let input: ByteInput
    private let bytesPerFrame: Int
    private var mode: Mode
    /// Bytes of the stretch that are still to come, and its size where that is stated; `.max` reaches to the end.
    private var left: Int
    private var stated = Int.max
    private var isOver = false
    /// The first bytes of a frame whose last byte has not arrived.
    private var partialFrame: [UInt8] = []
    /// What a pipe turned out to hold and did not give.
    private var unreadStretches: [UnreadPart] = []

    /// What a pipe turned out to hold and did not give, or promised.
    var unreadParts: [UnreadPart] {
        if case .chunks(let walk, _) = mode { return walk.unreadParts + unreadStretches }
        return unreadStretches
    }

    /// Oddities of a pipe that did not keep it from being read.
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

    /// A pipe whose `walk` has reached `count` bytes of samples (`nil`: to the end) at `position`.
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

    /// Up to `frames` frames, as soon as any are there, appended to `bytes`; gives their number, 0 at the end.
    mutating func read(frames: Int, into bytes: inout [UInt8]) throws(AudioFileError) -> Int {
        bytes += partialFrame
        partialFrame.removeAll(keepingCapacity: true)
        while bytes.count < bytesPerFrame && !isOver {
            if left == 0 {
                let isGoingOn = try advance()
                // A frame that never ends holds nothing that can be played.
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

    /// Goes to the next stretch; gives whether it continues the one before.
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

    /// Records that the input ended in the middle of its samples if its header promised more.
    private mutating func end() {
        isOver = true
        guard case .chunks = mode, left != .max, !input.wasStopped else { return }
        unreadStretches.append(UnreadPart(.missing, "\(stated - left) of \(stated) bytes of samples are there"))
    }
}
