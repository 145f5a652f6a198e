import LinkStore

extension StoreKey {
    /// Whether a change of this record changes what workers of `link` do; their own reports do not.
    func concerns(_ link: String) -> Bool {
        switch self {
        case .link(let name): name == link
        case .mirror(let owner, _): owner == link
        case .report, .task, .acl, .lock: false
        }
    }
}
