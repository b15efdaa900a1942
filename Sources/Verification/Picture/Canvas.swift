/// A picture in memory: rows of red, green and blue bytes.
struct Canvas {
    /// A colour, 0…255 a component.
    struct Colour: Hashable {
        var red: UInt8
        var green: UInt8
        var blue: UInt8

        static let paper = Colour(red: 252, green: 252, blue: 250)
        static let ink = Colour(red: 40, green: 40, blue: 46)
        static let faint = Colour(red: 190, green: 190, blue: 190)
        static let mark = Colour(red: 255, green: 64, blue: 64)
        static let wave = Colour(red: 58, green: 92, blue: 150)
    }

    let width: Int
    let height: Int
    private(set) var bytes: [UInt8]

    init(width: Int, height: Int, colour: Colour = .paper) {
        self.width = width
        self.height = height
        bytes = []
        bytes.reserveCapacity(width * height * 3)
        for _ in 0..<width * height {
            bytes.append(colour.red)
            bytes.append(colour.green)
            bytes.append(colour.blue)
        }
    }

    /// Sets one pixel. A position outside the picture is ignored.
    mutating func set(_ x: Int, _ y: Int, _ colour: Colour) {
        guard x >= 0, x < width, y >= 0, y < height else { return }
        let at = (y * width + x) * 3
        bytes[at] = colour.red
        bytes[at + 1] = colour.green
        bytes[at + 2] = colour.blue
    }

    /// Draws a filled rectangle.
    mutating func fill(x: Range<Int>, y: Range<Int>, _ colour: Colour) {
        for row in y { for column in x { set(column, row, colour) } }
    }

    /// Draws the outline of a rectangle, one pixel wide.
    mutating func frame(x: Range<Int>, y: Range<Int>, _ colour: Colour) {
        for column in x {
            set(column, y.lowerBound, colour)
            set(column, y.upperBound - 1, colour)
        }
        for row in y {
            set(x.lowerBound, row, colour)
            set(x.upperBound - 1, row, colour)
        }
    }

    /// Writes text in capital letters of five by seven dots. Its top left corner is at `x`, `y`.
    mutating func write(_ text: String, x: Int, y: Int, _ colour: Colour = .ink) {
        var left = x
        for character in text {
            for (row, dots) in Glyphs.rows(of: character).enumerated() {
                for column in 0..<5 where dots & (0x10 >> UInt8(column)) != 0 { set(left + column, y + row, colour) }
            }
            left += Glyphs.advance
        }
    }
}
