internal import Codecs
internal import AtomicFiles
internal import AudioIO
internal import Verification

/// The pictures of a recording's findings. Each run has a spectrogram and a waveform of every channel with findings,
/// and half a second before and after.
enum FindingPictures {
    /// A run's picture, in a file of the report.
    struct Picture: Sendable, Hashable {
        var run: FindingRun
        /// Its name below the report's folder, and its size in pixels; `nil` if the recording could not be read
        /// again.
        var file: String?
        var width = 0
        var height = 0
    }

    private static let margin = 0.5

    /// A run of findings whose audio is being captured.
    private struct PictureCapture {
        var number: Int
        var frames: Range<Int>
        var samples: [[Float]]
    }

    /// Writes a picture of every run of `judgement`'s findings into `pictures` in `folder`. The recording is read again
    /// for it.
    static func write(
        _ judgement: RecordingJudgement, options: JudgingOptions, to folder: OutputFolder, prefix: String, masked: Bool
    ) throws(ReportError) -> [Picture] {
        let runs = FindingRun.runs(of: judgement.findings, rate: judgement.sampleRate)
        var pictures = runs.map { Picture(run: $0) }
        // A pipe cannot be read twice.
        guard FileStatus(judgement.path)?.kind == .file,
            let reader = try? AudioReader(
                judgement.path, raw: options.raw, forcesRaw: options.forcesRaw, stop: options.stop),
            reader.format.channels == judgement.channels
        else { return pictures }
        try capture(runs, of: judgement, from: reader) { (done) throws(ReportError) in
            let name = "pictures/\(prefix)-\(done.number + 1).png"
            let png = try draw(done, runs[done.number], of: judgement, masked: masked)
            do throws(AtomicFileError) { try folder.write(png, as: name) } catch {
                throw ReportError(error)
            }
            pictures[done.number].file = name
            (pictures[done.number].width, pictures[done.number].height) = size(of: png)
        }
        return pictures
    }

    private static func capture(
        _ runs: [FindingRun], of judgement: RecordingJudgement, from reader: AudioReader,
        _ finish: (PictureCapture) throws(ReportError) -> Void
    ) throws(ReportError) {
        let margin = Int(margin * Double(judgement.sampleRate))
        let longest = Int(FindingRun.longest * Double(judgement.sampleRate))
        var waiting = runs.enumerated().map { number, run in
            // A tone without an end is shown up to the length of a picture.
            let end = min(run.frames.upperBound, run.frames.lowerBound + longest)
            return PictureCapture(
                number: number, frames: max(0, run.frames.lowerBound - margin)..<end + margin,
                samples: run.channels.map { _ in [] })
        }[...]
        var (open, position): ([PictureCapture], Int) = ([], 0)
        var block: [Float] = []
        while !waiting.isEmpty || !open.isEmpty {
            let count = (try? reader.read(frames: 4096, into: &block)) ?? 0
            while let first = waiting.first, count == 0 || first.frames.lowerBound < position + count {
                open.append(first)
                waiting.removeFirst()
            }
            for index in open.indices {
                let frames = open[index].frames.clamped(to: position..<position + count)
                for (panel, channel) in runs[open[index].number].channels.enumerated() {
                    open[index].samples[panel] += frames.map { block[($0 - position) * judgement.channels + channel] }
                }
            }
            position += count
            for done in open where done.frames.upperBound <= position || count == 0 { try finish(done) }
            open.removeAll { $0.frames.upperBound <= position || count == 0 }
        }
    }

    private static func draw(
        _ gathered: PictureCapture, _ run: FindingRun, of judgement: RecordingJudgement, masked: Bool
    ) throws(ReportError) -> [UInt8] {
        let rate = Double(judgement.sampleRate)
        func mark(_ finding: Finding) -> Range<Int> {
            let start = finding.start - gathered.frames.lowerBound
            return start..<max(start, finding.end - gathered.frames.lowerBound)
        }
        let own = Set(run.indices)
        let panels = run.channels.enumerated().map { panel, channel in
            let here = judgement.findings.enumerated().filter {
                $1.channel == channel && $1.end > gathered.frames.lowerBound && $1.start < gathered.frames.upperBound
            }
            var spectrogram = Spectrogram(sampleRate: rate, columns: 960, rows: 140, masked: masked)
            let samples = gathered.samples[panel]
            spectrogram.process(samples.span)
            spectrogram.finish()
            // Other findings in view are masked too, because they would be drawn in full otherwise.
            return SpectrogramPicture.Panel(
                title: "channel \(channel)", spectrogram: spectrogram,
                marks: here.filter { own.contains($0.offset) }.map { mark($0.element) },
                neighbours: here.filter { !own.contains($0.offset) }.map { mark($0.element) },
                waveform: samples)
        }
        let picture = SpectrogramPicture(
            sampleRate: rate, panels: panels, width: 960, masked: masked,
            firstSecond: Double(gathered.frames.lowerBound) / rate)
        do throws(PictureError) { return try picture.png() } catch {
            switch error {
            case .encoding(let words): throw .cannotWrite(path: judgement.path, reason: words)
            }
        }
    }

    /// Width and height in a PNG file's first chunk.
    private static func size(of png: [UInt8]) -> (Int, Int) {
        func number(_ place: Int) -> Int { png[place..<place + 4].reduce(0) { $0 << 8 | Int($1) } }
        return png.count > 24 ? (number(16), number(20)) : (0, 0)
    }
}
