/// What went wrong in the test harness itself, as one sentence for a person.
package struct HarnessError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) {
        self.description = description
    }
}
