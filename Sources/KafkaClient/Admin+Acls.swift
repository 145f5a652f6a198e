import KafkaModel
import KafkaProtocol

/// What became of one ACL that was to be created or deleted.
package typealias AclResults = [AclBinding: Result<Void, ClientError>]

extension ClusterClient {
    /// Lists all ACLs as one broker knows them (needs DESCRIBE on the cluster).
    ///
    /// Brokers learn of a change one after the other, so two answers may differ for a moment.
    package func describeAcls() async throws(ClientError) -> AclListing {
        try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            try client.listing(try await client.sendToAny(Self.allAcls))
        }
    }

    /// Lists all ACLs as each broker knows them, by broker; fails when one does not answer.
    ///
    /// What no broker lists is absent for certain; what one lists may just have been created or removed.
    package func describeAclsOfEveryBroker() async throws(ClientError) -> [Int32: AclListing] {
        var listings: [Int32: AclListing] = [:]
        for broker in try await brokerIds() {
            listings[broker] = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
                try client.listing(try await client.send(Self.allAcls, to: broker))
            }
        }
        return listings
    }

    /// Creates ACLs with one request (needs ALTER on the cluster); one that exists counts as created.
    ///
    /// - Parameter acls: at most `aclsPerRequest`.
    /// - Throws: when the request failed as a whole: it is not known which ACLs were created.
    package func createAcls(_ acls: [AclBinding]) async throws(ClientError) -> AclResults {
        var request = CreateAclsRequest()
        request.creations = acls.map(Self.creation)
        let ask = request
        let answers = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            let response = try await client.sendToController(ask)
            guard response.results.count == acls.count else {
                throw client.error(.incomplete(.createAcls, subject: "ACLs"))
            }
            try client.checkWhole(response.results.map(\.errorCode), .createAcls)
            return response.results
        }
        var results: AclResults = [:]
        for (acl, answer) in zip(acls, answers) {
            results[acl] = result(answer.errorCode, .createAcls, acl, answer.errorMessage)
        }
        return results
    }

    /// Deletes exactly these ACLs with one request (needs ALTER on the cluster); one that does not exist counts as
    /// deleted.
    ///
    /// - Parameter acls: at most `aclsPerRequest`.
    /// - Throws: when the request failed as a whole: it is not known which ACLs were deleted.
    package func deleteAcls(_ acls: [AclBinding]) async throws(ClientError) -> AclResults {
        var request = DeleteAclsRequest()
        request.filters = acls.map(Self.exactFilter)
        let ask = request
        let answers = try await retrying { (client: isolated ClusterClient) async throws(ClientError) in
            let response = try await client.sendToController(ask)
            guard response.filterResults.count == acls.count else {
                throw client.error(.incomplete(.deleteAcls, subject: "ACLs"))
            }
            try client.checkWhole(response.filterResults.map(\.errorCode), .deleteAcls)
            return response.filterResults
        }
        var results: AclResults = [:]
        for (acl, answer) in zip(acls, answers) {
            let failed = answer.matchingAcls.first { $0.errorCode != 0 }
            results[acl] = result(
                answer.errorCode == 0 ? failed?.errorCode ?? 0 : answer.errorCode, .deleteAcls, acl,
                answer.errorCode == 0 ? failed?.errorMessage : answer.errorMessage)
        }
        return results
    }

    /// Most ACLs in one request that creates or deletes them: a controller takes 10 000 records at a time.
    package static let aclsPerRequest = 500

    // MARK: Messages

    private static let any: Int8 = 1

    private static var allAcls: DescribeAclsRequest {
        DescribeAclsRequest {
            $0.resourceTypeFilter = any
            $0.resourceNameFilter = nil
            $0.patternTypeFilter = any
            $0.principalFilter = nil
            $0.hostFilter = nil
            $0.operation = any
            $0.permissionType = any
        }
    }

    private static func creation(_ acl: AclBinding) -> CreateAclsRequest.AclCreation {
        CreateAclsRequest.AclCreation {
            $0.resourceType = acl.resourceType.code
            $0.resourceName = acl.name
            $0.resourcePatternType = acl.patternType.code
            $0.principal = acl.principal
            $0.host = acl.host
            $0.operation = acl.operation.code
            $0.permissionType = acl.permission.code
        }
    }

    private static func exactFilter(_ acl: AclBinding) -> DeleteAclsRequest.DeleteAclsFilter {
        DeleteAclsRequest.DeleteAclsFilter {
            $0.resourceTypeFilter = acl.resourceType.code
            $0.resourceNameFilter = acl.name
            $0.patternTypeFilter = acl.patternType.code
            $0.principalFilter = acl.principal
            $0.hostFilter = acl.host
            $0.operation = acl.operation.code
            $0.permissionType = acl.permission.code
        }
    }

    private func listing(_ response: DescribeAclsResponse) throws(ClientError) -> AclListing {
        guard response.errorCode == 0 else {
            throw error(
                .refused(
                    ErrorCode(response.errorCode), .describeAcls, subject: "all ACLs", message: response.errorMessage))
        }
        var listing = AclListing()
        for resource in response.resources {
            let type = AclResourceType(code: resource.resourceType)
            let pattern = AclPatternType(code: resource.patternType)
            for acl in resource.acls {
                guard let type, let pattern, let operation = AclOperation(code: acl.operation),
                    let permission = AclPermission(code: acl.permissionType)
                else {
                    listing.unknownCount += 1
                    continue
                }
                listing.bindings.insert(
                    AclBinding(
                        permission, acl.principal, operation, type, resource.resourceName, pattern, host: acl.host))
            }
        }
        return listing
    }

    /// An error that all ACLs of a request share is about the request.
    private func checkWhole(_ codes: [Int16], _ api: APIKey) throws(ClientError) {
        guard let first = codes.first, first != 0, codes.allSatisfy({ $0 == first }) else { return }
        let code = ErrorCode(first)
        let isWhole = code == .clusterAuthorizationFailed || code == .securityDisabled || code.isRetriable
        if isWhole { throw error(.refused(code, api, subject: "ACLs", message: nil)) }
    }

    private func result(
        _ code: Int16, _ api: APIKey, _ acl: AclBinding, _ message: String?
    ) -> Result<Void, ClientError> {
        code == 0
            ? .success(())
            : .failure(error(.refused(ErrorCode(code), api, subject: "\(acl)", message: message)))
    }
}
