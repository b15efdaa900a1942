internal import CPNG

/// A picture that could not be made.
package enum PictureError: Error, Sendable, Hashable {
    /// libpng reported an error, in these words.
    case encoding(String)
}

extension Canvas {
    /// The picture as a PNG file in memory.
    func png() throws(PictureError) -> [UInt8] {
        var image = unsafe png_image()
        unsafe image.version = UInt32(PNG_IMAGE_VERSION)
        unsafe image.width = UInt32(width)
        unsafe image.height = UInt32(height)
        unsafe image.format = UInt32(PNG_FORMAT_FLAG_COLOR)
        // libpng's upper bound for an incompressible picture: rows with a filter byte, stored blocks of deflate,
        // chunks.
        let raw = height * (width * 3 + 1)
        var file = [UInt8](repeating: 0, count: raw + raw / 1000 + 4096)
        var count = file.count
        let done = unsafe png_image_write_to_memory(&image, &file, &count, 0, bytes, 0, nil)
        if done == 0 {
            let words = unsafe withUnsafeBytes(of: image.message) {
                unsafe String(decoding: $0.prefix { byte in byte != 0 }, as: UTF8.self)
            }
            throw .encoding(words)
        }
        file.removeSubrange(count...)
        return file
    }
}
