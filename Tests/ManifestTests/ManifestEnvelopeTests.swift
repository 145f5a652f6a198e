import Diagnostics
import Manifest
import Testing

@Suite struct ManifestEnvelopeTests {
    @Test func `refuses documents that are no manifests`() {
        let fixture = ManifestFixture(
            #"""
            kind: Cluster
            ---
            apiVersion: v1
            kind: Pod
            ---
            apiVersion: lockstep/v1alpha1
            ---
            apiVersion: lockstep/v1alpha1
            kind: clusterLink
            ---
            - a
            ---
            hello
            """#)
        let expected = #"""
            links/a.yaml:1:1: error[K013]: "apiVersion" is missing in the document
                1 | kind: Cluster
                  | ^~~~ a manifest begins with apiVersion: lockstep/v1alpha1
            links/a.yaml:3:13: error[K020]: apiVersion "v1" is not known
                3 | apiVersion: v1
                  |             ^~ this version of Lockstep reads lockstep/v1alpha1
            links/a.yaml:6:1: error[K013]: "kind" is missing in the document
                6 | apiVersion: lockstep/v1alpha1
                  | ^~~~~~~~~~ kinds: Cluster, ClusterLink, MirrorTopicSet
            links/a.yaml:9:7: error[K021]: kind "clusterLink" is not known
                9 | kind: clusterLink
                  |       ^~~~~~~~~~~ did you mean "ClusterLink"?
            links/a.yaml:11:1: error[K012]: a manifest must be a mapping, not a list
               11 | - a
                  | ^ it begins with apiVersion: lockstep/v1alpha1
            links/a.yaml:13:1: error[K012]: a manifest must be a mapping, not "hello"
               13 | hello
                  | ^~~~~ it begins with apiVersion: lockstep/v1alpha1

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `checks name, labels and annotations`() {
        let fixture = ManifestFixture(
            #"""
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {nam: x, labels: [a]}
            specc: {}
            ---
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: "-x/y", annotations: {a: {b: c}}}
            spec: text
            ---
            apiVersion: lockstep/v1alpha1
            kind: Cluster
            metadata: {name: ok}
            """#)
        let expected = #"""
            links/a.yaml:3:12: error[K014]: unknown key "nam" in metadata
                3 | metadata: {nam: x, labels: [a]}
                  |            ^~~ did you mean "name"?
            links/a.yaml:3:28: error[K012]: metadata.labels must be a mapping, not a list
                3 | metadata: {nam: x, labels: [a]}
                  |                            ^
            links/a.yaml:4:1: error[K014]: unknown key "specc" in the document
                4 | specc: {}
                  | ^~~~~ did you mean "spec"?
            links/a.yaml:8:18: error[K017]: metadata.name must be a name, not "-x/y"
                8 | metadata: {name: "-x/y", annotations: {a: {b: c}}}
                  |                  ^~~~~~ 1 to 100 letters, digits, '.', '_' and '-', beginning with a letter \#
            or digit
            links/a.yaml:8:43: error[K012]: metadata.annotations.a must be text, not a mapping
                8 | metadata: {name: "-x/y", annotations: {a: {b: c}}}
                  |                                           ^
            links/a.yaml:9:7: error[K012]: spec must be a mapping, not "text"
                9 | spec: text
                  |       ^~~~
            links/a.yaml:11:1: error[K013]: "spec" is missing in the document
               11 | apiVersion: lockstep/v1alpha1
                  | ^~~~~~~~~~

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses files without a manifest`() {
        let fixture = ManifestFixture(
            #"""
            # nothing
            """#)
        let expected = #"""
            links/a.yaml:1:1: error[K001]: no manifest is declared in this file
                  a manifest begins with apiVersion: lockstep/v1alpha1

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }

    @Test func `refuses to read no files at all`() {
        let fixture = ManifestFixture([String: String]())
        let expected = #"""
            error[K001]: no manifest files were given
                  name files or folders with -f

            """#
        #expect(fixture.text == expected)
        #expect(fixture.load.desired == nil)
    }
}
