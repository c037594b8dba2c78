import Testing

@testable import CoffreSources

@Suite("Scripts for the program mariadb")
struct DelimitedScriptTests {
  @Test(arguments: [
    [], ["SELECT 1"], ["a;\nb", "c"], [";;\n", ";;;", "DELIMITER ;\n"], ["", "-- x\n"], ["é;;;;;\n;"],
  ])
  func `what is written is read again`(_ statements: [String]) {
    var script = DelimitedScript(remarks: ["of shop"])
    for statement in statements { script.add(statement) }
    let read = DelimitedScript.statements(of: script.bytes())
    #expect(read?.map { String(decoding: $0, as: UTF8.self) } == statements)
  }

  @Test func `half a script, or something else, is none`() {
    var script = DelimitedScript()
    script.add("SELECT 1")
    script.add("SELECT 2")
    let bytes = script.bytes()
    for length in 0..<bytes.count { #expect(DelimitedScript.statements(of: Array(bytes[..<length])) == nil) }
    #expect(DelimitedScript.statements(of: Array("SELECT 1;\n".utf8)) == nil)
  }
}
