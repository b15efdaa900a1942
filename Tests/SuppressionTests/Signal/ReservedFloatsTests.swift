import Testing

@testable import Suppression

/// Zeros that take no memory until they are written.
@Suite struct ReservedFloatsTests {
    @Test func `Pieces lie beside each other, and are zero`() {
        var needed = ReservedFloats.Allotment(nil)
        for count in [5, 100, 3] { #expect(needed.next(count).count == 0) }
        needed.beginPage()
        #expect(needed.used == ReservedFloats.page)
        let memory = ReservedFloats(count: needed.used)
        var allotment = ReservedFloats.Allotment(memory)
        let pieces = [5, 100, 3].map { allotment.next($0) }
        for (index, piece) in pieces.enumerated() {
            for place in piece.indices {
                #expect(piece[place] == 0)
                piece[place] = Float(index + 1)
            }
        }
        #expect(pieces.map(\.count) == [5, 100, 3])
        for (index, piece) in pieces.enumerated() {
            #expect(piece.indices.allSatisfy { piece[$0] == Float(index + 1) })
        }
    }

    @Test(arguments: [1, 2 * ReservedFloats.page, 2 * ReservedFloats.page + 7])
    func `What is wiped is zero, and the rest stays`(count: Int) {
        let memory = ReservedFloats(count: count + 9)
        let all = memory[0..<count + 9]
        for index in all.indices { all[index] = 1 }
        memory.wipe(first: count)
        #expect(all.indices.allSatisfy { all[$0] == ($0 < count ? 0 : 1) })
        all[0] = 2
        #expect(all[0] == 2)
    }

    @Test func `A copy has the same floats and shares none`() {
        let memory = ReservedFloats(count: 3000)
        memory[0..<3000][2500] = 7
        let copy = memory.copy()
        copy[0..<3000][2500] += 1
        #expect(memory[0..<3000][2500] == 7 && copy[0..<3000][2500] == 8 && copy[0..<3000][0] == 0)
    }
}
