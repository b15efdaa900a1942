import Testing

@testable import MockGateway

struct FormValueTests {
    @Test func `Brackets make members and lists`() throws {
        let form = try #require(
            FormValue(encoded: Array("a[b][c]=1&a[b][d]=x%20y&e[]=1&e[]=2&f[0]=7&f[1]=8&g=a+b".utf8)))
        #expect(form["a"]?["b"]?.text("c") == "1")
        #expect(form["a"]?["b"]?.text("d") == "x y")
        #expect(form.texts("e") == ["1", "2"])
        #expect(form.texts("f") == ["7", "8"])
        #expect(form.text("g") == "a b")
    }

    @Test(arguments: ["=1", "a[b=1", "a%2=1", "a=%zz", "a=%ff", "[b]=1", "a[b][c][d][e][f][g][h][i]=1"])
    func `A body that is not a form is refused`(text: String) {
        #expect(FormValue(encoded: Array(text.utf8)) == nil)
    }
}

struct FaultSyntaxTests {
    @Test(arguments: ["slow=2.5*3@0.5:any", "commit-then-drop", "500*1", "429@0.25", "late-reply=0.1:any"])
    func `A fault is written as it is read`(text: String) throws {
        #expect(try Fault(text).text == text)
    }

    @Test(arguments: ["", "fast", "slow=x", "slow=-1", "500*0", "500*x", "500@2", "500:all"])
    func `A fault that cannot be parsed names the reason`(text: String) {
        let error = #expect(throws: FaultSyntaxError.self) { try Fault(text) }
        #expect(error?.reason.isEmpty == false)
    }

    @Test func `A counted fault ends`() throws {
        var plan = FaultPlan(try Fault.list("500*2,409*1:any"))
        #expect(plan.next(isLookUp: true)?.kind == .conflict)
        #expect(plan.next(isLookUp: true) == nil)
        #expect(plan.next(isLookUp: false)?.kind == .error500)
        #expect(plan.next(isLookUp: false)?.kind == .error500)
        #expect(plan.next(isLookUp: false) == nil)
    }
}

struct JSONTests {
    @Test func `JSON is written with its escapes and its members in order`() {
        let json: JSON = ["b": [1, true, nil], "a": "q\"\\\n\u{1F}é"]
        #expect(String(decoding: json.bytes, as: UTF8.self) == #"{"a":"q\"\\\n\u001fé","b":[1,true,null]}"#)
    }
}
