extension AudioWriter {
    /// Gives the file the text fields of what `reader` reads (title, artist, comment, date …), where both are
    /// libsndfile's.
    ///
    /// To be called before the first sample is written.
    package func keepTexts(of reader: AudioReader) {
        guard let from = reader.soundFile, let to = soundFile else { return }
        to.copyTexts(of: from)
    }
}
