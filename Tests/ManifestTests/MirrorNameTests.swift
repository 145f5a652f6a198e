import Diagnostics
import Manifest
import Testing

@Suite struct MirrorNameTests {
    @Test func `refuses illegal and internal topic names`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {prefix: "paris/"}
                mirrorTopics:
                  - {name: "a b"}
                  - {name: ".."}
                  - {name: "__consumer_offsets"}
                  - {name: ok, sourceTopicName: "ä"}
                  - {sourceTopicName: x}
                  - {name: ""}
                """#))
        let expected = #"""
            links/a.yaml:7:32: error[K025]: spec.mirrorTopicOptions.prefix cannot begin a topic name: a topic \#
            name has only letters, digits, '.', '_' and '-'
                7 |   mirrorTopicOptions: {prefix: "paris/"}
                  |                                ^~~~~~~~
            links/a.yaml:9:14: error[K025]: spec.mirrorTopics[0].name is no topic name: a topic name has only \#
            letters, digits, '.', '_' and '-'
                9 |     - {name: "a b"}
                  |              ^~~~~
            links/a.yaml:10:14: error[K025]: spec.mirrorTopics[1].name is no topic name: a topic may not be \#
            named "." or ".."
               10 |     - {name: ".."}
                  |              ^~~~
            links/a.yaml:11:14: error[K026]: topic "__consumer_offsets" cannot be mirrored: it is internal to a \#
            cluster
               11 |     - {name: "__consumer_offsets"}
                  |              ^~~~~~~~~~~~~~~~~~~~ names that start with "__" belong to Kafka and its tools
            links/a.yaml:12:35: error[K025]: spec.mirrorTopics[3].sourceTopicName is no topic name: a topic \#
            name has only letters, digits, '.', '_' and '-'
               12 |     - {name: ok, sourceTopicName: "ä"}
                  |                                   ^~~
            links/a.yaml:13:8: error[K013]: "name" is missing in spec.mirrorTopics[4]
               13 |     - {sourceTopicName: x}
                  |        ^~~~~~~~~~~~~~~
            links/a.yaml:14:14: error[K015]: spec.mirrorTopics[5].name is empty
               14 |     - {name: ""}
                  |              ^~

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `wants prefix and source name`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {prefix: "paris."}
                mirrorTopics:
                  - {name: orders.v1}
                  - {name: paris.b, sourceTopicName: c}
                  - {name: paris.}
                  - {name: paris.__x}
                """#))
        let expected = #"""
            links/a.yaml:9:14: error[K031]: mirror name "orders.v1" must start with the link prefix "paris."
                9 |     - {name: orders.v1}
                  |              ^~~~~~~~~
                  also see links/a.yaml:7:32
            links/a.yaml:10:14: error[K031]: mirror name "paris.b" must be "paris.c"
               10 |     - {name: paris.b, sourceTopicName: c}
                  |              ^~~~~~~
                  A mirror is named like its source topic, with the link's prefix "paris." in front.
                  also see links/a.yaml:7:32
            links/a.yaml:11:14: error[K025]: mirror name "paris." leaves no source topic: a topic name may not \#
            be empty
               11 |     - {name: paris.}
                  |              ^~~~~~
                  also see links/a.yaml:7:32
            links/a.yaml:12:14: error[K026]: topic "__x" cannot be mirrored: it is internal to a cluster
               12 |     - {name: paris.__x}
                  |              ^~~~~~~~~ names that start with "__" belong to Kafka and its tools

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `wants the source name itself without a prefix`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopics: [{name: a, sourceTopicName: c}]
                """#))
        let expected = #"""
            links/a.yaml:7:25: error[K031]: mirror name "a" must be "c"
                7 |   mirrorTopics: [{name: a, sourceTopicName: c}]
                  |                         ^
                  A mirror is named like its source topic; the link has no prefix.

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `says nothing about names when the prefix cannot be read`() {
        let fixture = ManifestFixture(
            Sample.files(
                #"""
                mirrorTopicOptions: {prefix: [x]}
                mirrorTopics: [{name: x.a, sourceTopicName: a}]
                """#))
        let expected = #"""
            links/a.yaml:7:32: error[K012]: spec.mirrorTopicOptions.prefix must be text, not a list
                7 |   mirrorTopicOptions: {prefix: [x]}
                  |                                ^

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }
}
