@testable import Manifest
import Testing

@Suite struct JAASConfigTests {
    private static let module = "org.apache.kafka.common.security.plain.PlainLoginModule"

    @Test(arguments: [
        ("\(module) required username=\"a\" password=\"b\";", ["username": "a", "password": "b"]),
        ("\(module)   REQUIRED\n  username='a'\n  password=b ;\n", ["username": "a", "password": "b"]),
        ("\(module) required;", [:]),
        (#"\#(module) required password="a\"b\\c\td\101";"#, ["password": "a\"b\\c\tdA"]),
        ("\(module) required password=\"a=b;c //d\";", ["password": "a=b;c //d"]),
        ("/* c */ \(module) required // c\n username=\"a\";", ["username": "a"]),
        (
            "\(module) required password=${env:X} username=\"${file:a:b}\";",
            ["password": "${env:X}", "username": "${file:a:b}"]
        ),
        ("\(module) required unsecuredLoginStringClaim_sub=\"a\";", ["unsecuredLoginStringClaim_sub": "a"]),
        ("\(module) required password=\"\";", ["password": ""]),
    ])
    func `reads what Java reads`(text: String, options: [String: String]) throws {
        let jaas = try JAASConfig(text)
        #expect(jaas.module == Self.module)
        #expect(jaas.options == options)
    }

    @Test(arguments: [
        ("", JAASConfig.Problem.empty), ("  ;", .empty), ("\"\(module)\" required;", .empty),
        ("\(module)", .noFlag), ("\(module) username=\"a\";", .unknownFlag), ("\(module) needed;", .unknownFlag),
        ("\(module) required username=\"a\"", .noSemicolon),
        ("\(module) required username;", .noValue(option: "username")),
        ("\(module) required username=;", .noValue(option: "username")),
        ("\(module) required password=12;", .bareNumber(option: "password")),
        ("\(module) required password=\"a;", .unclosedQuote), ("\(module) required password=\"a\nb\";", .unclosedQuote),
        ("\(module) required password=a@b;", .straySign),
        ("\(module) required; \(module) required;", .severalModules),
        ("\(module) required hunter2! ;", .noValue(option: "…")),
        // A password without quotes falls into pieces, and what stands where a name is due is one of them.
        ("\(module) required password=correct horse battery;", .noValue(option: "…")),
        ("\(module) required password=correct horse=7;", .bareNumber(option: "…")),
        ("\(module) required unsecuredLoginStringClaim_sub;", .noValue(option: "unsecuredLoginStringClaim_sub")),
        ("\(module) required ssl.truststore.location;", .noValue(option: "ssl.truststore.location")),
    ])
    func `refuses what Java refuses`(text: String, problem: JAASConfig.Problem) {
        #expect(throws: problem) { try JAASConfig(text) }
        #expect(!problem.summary.contains("hunter2") && !problem.summary.contains("horse"))
    }

    @Test func `never traps on damaged text`() {
        let text = "\(Self.module) required username=\"a\\n\" password='b' x=${env:Y} // c\n /* d */ ;"
        for cut in 0...text.count {
            _ = try? JAASConfig(String(text.prefix(cut)))
            _ = try? JAASConfig(String(text.suffix(cut)))
        }
    }
}
