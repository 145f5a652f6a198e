import Diagnostics
import Testing
import YAMLDocument

@Suite struct SecretMaskTests {
    /// The line of a finding at every scalar of the file.
    private func shown(_ yaml: String) -> String {
        let fixture = YAMLFixture(yaml)
        fixture.documents.forEach(reportScalars)
        return fixture.findings.diagnostics.compactMap(\.snippet?.text).joined(separator: "\n")
    }

    private func reportScalars(_ node: YAMLNode) {
        switch node.content {
        case .scalar: node.spot.report(YAMLCode.wrongType, "here")
        case .sequence(let elements): elements.forEach(reportScalars)
        case .mapping(let entries):
            for entry in entries {
                entry.keySpot.report(YAMLCode.wrongType, "key")
                reportScalars(entry.value)
            }
        }
    }

    @Test(arguments: [
        "password: hunter2", "{user: x, password: hunter2, other: y}", "ssl.key.password: 'hunter2'",
        "sasl.jaas.config: org.X required username=\"u\" password=\"hunter2\";",
        "sasl:\n  jaas.config: |\n    first\n    hunter2\n    last", "client_secret: [hunter2]",
        "Token: \"a\n  hunter2\"", "other: 'password=hunter2'", "a: &s {password: hunter2}\nb: *s",
        "secrets:\n  - name: {deep: hunter2}",
        // Not YAML, so the structure is not known.
        "a: 1\npassword: hunter2: x\n", "{a: b, 'password': 'hunter2', ]", "password: hunter2\npassword: hunter2",
        "x: 1\nx: 2\n  my-passphrase = hunter2: 3",
    ])
    func `never shows a secret`(yaml: String) {
        let text = shown(yaml) + YAMLFixture(yaml).text
        #expect(!text.contains("hunter2"))
        #expect(!text.isEmpty)
    }

    @Test func `shows what is around a secret, and references`() {
        #expect(shown("{user: x, password: hunter2, other: y}").hasPrefix("{user: x, password: •••••••, other: y}"))
        #expect(shown("password: ${env:SECRET}").hasPrefix("password: ${env:SECRET}"))
        #expect(shown("password: ${env:A}hunter2").hasPrefix("password: •••••••••••••••"))
        #expect(shown("password: ${hunter2}").hasPrefix("password: ••••••••••"))
    }
}
