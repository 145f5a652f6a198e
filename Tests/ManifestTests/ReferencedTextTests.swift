import Credentials
import Manifest
import Testing

@Suite struct ReferencedTextTests {
    private func resolved(_ text: String) throws -> String {
        let files = [
            "a.txt": "from file\r\n\n", "secrets/b.properties": "# c\nuser=u\npassword : p w \\\n  q\\=r\nlast",
        ]
        return try ReferencedText(text).resolved(
            environment: { ["NAME": "value", "EMPTY": ""][$0] },
            readFile: { path in
                files[path].map { .success(Array($0.utf8)) } ?? .failure(FileProblem("no such file or directory"))
            }
        ).reveal()
    }

    @Test(arguments: [
        ("plain", "plain"), ("", ""), ("${env:NAME}", "value"), ("${env:EMPTY}", ""), ("a-${env:NAME}-b", "a-value-b"),
        ("${env:NAME}${env:NAME}", "valuevalue"), ("${file:a.txt}", "from file"),
        ("${file:secrets/b.properties:user}", "u"), ("${file:secrets/b.properties:password}", "p w q=r"),
        ("${file:secrets/b.properties:last}", ""), ("$NAME {x} $", "$NAME {x} $"),
    ])
    func `resolves the three references`(text: String, value: String) throws {
        #expect(try resolved(text) == value)
    }

    @Test(arguments: [
        ("${env:MISSING}", "the environment variable MISSING is not set; set it where lockstep runs"),
        ("${file:none}", "the file \"none\" cannot be read: no such file or directory"),
        ("${file:a.txt:key}", "the file \"a.txt\" has no key \"key\""),
    ])
    func `says what is missing`(text: String, sentence: String) {
        #expect {
            _ = try resolved(text)
        } throws: {
            "\($0)" == sentence
        }
    }

    @Test(arguments: [
        ("${env:NAME", ReferencedText.Problem.unclosed), ("${", .unclosed), ("${}", .unknown("")),
        ("${env:}", .unknown("env:")), ("${env:A-B}", .unknown("env:A-B")), ("${NAME}", .unknown("NAME")),
        ("${file:}", .unknown("file:")), ("${file::key}", .unknown("file::key")),
        ("${file:path:}", .unknown("file:path:")), ("${dir:a:b}", .unknown("dir:a:b")),
        ("${env:A}${x", .unclosed),
    ])
    func `refuses everything else`(text: String, problem: ReferencedText.Problem) {
        #expect(throws: problem) { try ReferencedText(text) }
    }

    @Test func `names what it points to`() throws {
        let text = try ReferencedText("a${env:X}${file:p}${file:q:k}")
        #expect(text.references == [.environment("X"), .file("p"), .fileKey(path: "q", key: "k")])
    }

    @Test func `never prints`() throws {
        let text = try ReferencedText("hunter2${env:NAME}")
        let value = try text.resolved(environment: { _ in "hunter2" }, readFile: { _ in .success([]) })
        var dumped = ""
        dump(text, to: &dumped)
        dump(value, to: &dumped)
        dump([value], to: &dumped)
        let printed = "\(text) \(value) \(String(reflecting: text)) \(String(reflecting: value)) \([value]) \(dumped)"
        #expect(!printed.contains("hunter2"))
        #expect(value.reveal() == "hunter2hunter2")
    }
}
