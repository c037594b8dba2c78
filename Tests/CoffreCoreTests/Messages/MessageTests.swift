import CoffreCore
import Testing

private let backward = [
  "{1} of {2}": "{2}-{1}", "{1} file": "[{1}]", "{1} files": "[[{1}]]", "a {1} b {2}": "B {2} A {1}", "index": "IX",
]

@Suite("Messages")
struct MessageTests {
  private let backwards = Language(
    code: "xx", phrase: { backward[$0] }, decimalSeparator: ",", byteUnits: ["o", "Ko"], isSingular: { $0 < 2 })

  @Test func `a literal's interpolations are places`() {
    let message: Message = "no repository at '\("/srv")', \(3) tries"
    #expect(message.template == "no repository at '{1}', {2} tries")
    #expect(message.arguments == [.text("/srv"), .number(3)])
    #expect("\(message)" == "no repository at '/srv', 3 tries")
  }

  @Test func `pieces of a long line are one template`() {
    let message: Message = "a \("x") " + "b \("y")"
    #expect(message.template == "a {1} b {2}")
    #expect(backwards.text(message) == "B y A x")
    #expect(backwards.text("\(.word("index")) of \(counted(1, "file"))") == "[1]-IX")
  }

  @Test func `a count takes the form that the language asks for`() {
    #expect([0, 1, 2].map { "\(counted($0, "file"))" } == ["0 files", "1 file", "2 files"])
    #expect([0, 1, 2].map { backwards.text(counted($0, "file")) } == ["[0]", "[1]", "[[2]]"])
    #expect("\(counted(2, "entry", "entries"))" == "2 entries")
  }

  @Test func `names cannot steer the terminal, nor fill places`() {
    #expect("\("a\u{1B}[31m\n{1}" as Message)" == "a\u{1B}[31m\n{1}")
    let hostile: Message = "file '\("x\u{1B}[2J\r{1}\u{9B}")' of \(2)"
    #expect("\(hostile)" == "file 'x\\x1b[2J\\x0d{1}\\x9b' of 2")
  }

  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1000, "0.98 KiB"), (1024, "1.00 KiB"), (12_700_000, "12.1 MiB"),
    (370_000_000_000, "345 GiB"), (Int64.max, "8.00 EiB"),
  ])
  func `sizes have three digits`(_ example: (bytes: Int64, text: String)) {
    #expect("\(byteText(example.bytes))" == example.text)
  }

  @Test(arguments: [(8310, "8.31 s"), (59_940, "59.9 s"), (252_000, "4 min 12 s"), (11_100_000, "3 h 05 min")])
  func `durations are as exact as is useful`(_ example: (milliseconds: Int, text: String)) {
    #expect("\(durationText(.milliseconds(example.milliseconds)))" == example.text)
  }

  @Test func `lists are joined in words`() {
    #expect("\(alternatives(["a", "b", "c"]))" == "a, b or c")
    #expect("\(conjunction(["a"]))" == "a")
    #expect(alternatives([]).description == "")
  }

  @Test func `what says the same is the same`() {
    let number = 4
    #expect("size \(number)" as Message == "size 4")
    #expect("size 5" as Message != "size 4")
  }
}
