/// The first names of a list in words, the rest counted: `a, b and 7 more`.
package func listed(_ names: some Collection<String>, limit: Int) -> String {
    names.prefix(limit).joined(separator: ", ") + (names.count > limit ? " and \(names.count - limit) more" : "")
}
