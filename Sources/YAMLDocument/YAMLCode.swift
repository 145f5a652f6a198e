/// The codes of findings about the form of a YAML file, whatever it is about.
package enum YAMLCode: String, CaseIterable, Sendable {
    /// The file cannot be opened or read.
    case unreadable = "K002"
    /// The file is larger than a manifest may be.
    case tooLarge = "K003"
    /// The file is not UTF-8 text.
    case notText = "K004"
    /// The text is not YAML.
    case syntax = "K005"
    /// Too deep, too many values, or too much behind aliases.
    case tooComplex = "K006"
    /// A key stands twice in one mapping.
    case duplicateKey = "K007"
    /// A tag that is not one of YAML's own.
    case tag = "K008"
    /// An alias without an anchor before it.
    case alias = "K009"
    /// A key that is not a word.
    case key = "K010"
    /// `<<` with something that is not a mapping.
    case merge = "K011"
    /// Text where a list was wanted, and the like.
    case wrongType = "K012"
    /// A key that must be there is not.
    case missingKey = "K013"
    /// A key that has no meaning here.
    case unknownKey = "K014"
    /// A key without a value.
    case noValue = "K015"
}
