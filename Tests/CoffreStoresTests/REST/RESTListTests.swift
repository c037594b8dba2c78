import Testing

@testable import CoffreStores

@Suite("Lists of REST servers")
struct RESTListTests {
  private func read(_ text: String) throws -> [RESTList.Entry] {
    let bytes = Array(text.utf8)
    return try RESTList.entries(in: bytes.span)
  }

  @Test func `both versions are read`() throws {
    #expect(try read("[]") == [] && read(" [ ] \n") == [])
    #expect(try read(#"["ab", "cd"]"#).map(\.name) == ["ab", "cd"])
    #expect(try read(#"["ab"]"#).first?.size == nil)
    let entries = try read(#"[{"name":"ab","size":448},{"size":9223372036854775807 , "name":"c\u0064\/\"\\"}]"#)
    #expect(entries == [RESTList.Entry(name: "ab", size: 448), RESTList.Entry(name: "cd/\"\\", size: .max)])
  }

  @Test func `fields of later versions are passed over`() throws {
    let text = #"[{"name":"ab","time":{"a":[1,2.5e3,null,true,"x"]},"size":1,"more":[]}]"#
    #expect(try read(text) == [RESTList.Entry(name: "ab", size: 1)])
  }

  @Test(arguments: [
    "", "null", "{}", "<html>", "[", "[{", #"["ab""#, #"["ab",]"#, #"["ab"] x"#, #"[{"name":"ab"}]"#, #"[{"size":1}]"#,
    #"[{"name":"ab","size":-1}]"#, #"[{"name":"ab","size":1.5}]"#, #"[{"name":"ab","size":"1"}]"#,
    #"[{"name":"ab","size":99999999999999999999}]"#, #"[{"name":5,"size":1}]"#, #"["a\x"]"#, #"["a\u12"]"#,
    "[\"a\nb\"]",
    "[1]", "[null]", #"[{"name":"ab","size":1},"#, #"[{"name":"ab","size":1}{"name":"cd","size":1}]"#,
  ])
  func `a list that is none, or broke off, is an error`(_ text: String) {
    #expect(throws: RESTList.Malformed.self) { try read(text) }
  }

  @Test func `every beginning of a list is an error`() throws {
    let text = #"[{"name":"0123abcd","size":448,"x":[{"y":null}]},{"name":"4567","size":0}]"#
    for count in 0..<text.count {
      #expect(throws: RESTList.Malformed.self, "\(count)") { try read(String(text.prefix(count))) }
    }
  }

  @Test func `endless nesting is an error, not a crash`() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: RESTList.Malformed.self) { try read(#"[{"x":"# + deep) }
    #expect(throws: RESTList.Malformed.self) { try read(deep) }
  }

  @Test func `bytes that are not UTF-8 are an error`() {
    let bytes = Array("[\"".utf8) + [0xFF] + Array("\"]".utf8)
    #expect(throws: RESTList.Malformed.self) { try RESTList.entries(in: bytes.span) }
  }
}
