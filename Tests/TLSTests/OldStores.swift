/// Keys in forms that tools of today no longer make, or that take Java to make.
enum OldStores {
    /// A key of the curve P-256, encrypted as `openssl pkcs8 -topk8 -v1 PBE-MD5-DES` did, with "open sesame".
    static let keyWithDES = """
        -----BEGIN ENCRYPTED PRIVATE KEY-----
        MIGwMBsGCSqGSIb3DQEFAzAOBAiIlam6dGKX8wICCAAEgZDavsgBANcVlqsMN9uQ
        aVdTGtqFssndMlvY3pkvACaxOLOxCrQYky9+JLfecUqiYQxPxcv2aSK7+YcW8d3Q
        Lp36wfieyLvdRMOb6arT5UEovqr7p1MnQekgVmFS0n9ex1lby2GVUxfU+0A6O234
        EX2ECEnjkCHJNBjAUs/17tDtkzQSSSUSOnbFFGVdmsF4AtQ=
        -----END ENCRYPTED PRIVATE KEY-----

        """

    /// A PKCS#12 store with two keys, made with `keytool -genkeypair` for each; its password is "stored".
    static let storeWithTwoKeys = """
        MIIGhwIBAzCCBjEGCSqGSIb3DQEHAaCCBiIEggYeMIIGGjCCAjEGCSqGSIb3DQEHAaCCAiIEggIeMIICGjCCAQkGCyqGSIb3DQEMCgECoIG9\
        MIG6MGYGCSqGSIb3DQEFDTBZMDgGCSqGSIb3DQEFDDArBBTAKvXxT7TcTtJCR36F+bt1L+sOZAICJxACASAwDAYIKoZIhvcNAgkFADAdBglg\
        hkgBZQMEASoEEOTgOih8TqGq7CJhou75+r0EUBic93L+Yp+RLtXtSVq03gYD4lhg0iWxiuIX8I07EMvYqDvUKQlIkSMictUUs9arJCabVODx\
        5MYvs4f8lsr3jmLmqrRICqnOcINXg1jwvRLPMTowFQYJKoZIhvcNAQkUMQgeBgBvAG4AZTAhBgkqhkiG9w0BCRUxFAQSVGltZSAxNzk1NjQ0\
        NDgzODExMIIBCQYLKoZIhvcNAQwKAQKggb0wgbowZgYJKoZIhvcNAQUNMFkwOAYJKoZIhvcNAQUMMCsEFPlMFkI2yMV36ltZfvhTej/Qh7Ff\
        AgInEAIBIDAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQBKgQQFLwUkntodn2WD0E1FRyIcQRQXwhaA1R//kGKT9MSrYtqxfAxwnlm7wztDB4e\
        t7gGHWaeO4JQtK4GMGRyGbbxisZBSNC9PiEjuRUphAyjP8BCQsAE7ZDMBWvhh6ZUPsr+cOcxOjAVBgkqhkiG9w0BCRQxCB4GAHQAdwBvMCEG\
        CSqGSIb3DQEJFTEUBBJUaW1lIDE3OTU2NDQ0OTI2NzYwggPhBgkqhkiG9w0BBwagggPSMIIDzgIBADCCA8cGCSqGSIb3DQEHATBmBgkqhkiG\
        9w0BBQ0wWTA4BgkqhkiG9w0BBQwwKwQU4vzWjDZ6qD8vcuFkeOJJmUl6Wi8CAicQAgEgMAwGCCqGSIb3DQIJBQAwHQYJYIZIAWUDBAEqBBAz\
        X5MsqfYbhBfMADNoL6UTgIIDUKnTnduJaEt6ZuTc+6Ro7AzW7oOBhs9wMNfcu9zbyTU3diRZQuZwEJ1Q6jRQh0WvdwIAyG7+ZcKyDk0EaoCx\
        NOV/PMVqWyK5wnTUqfwiofPIleFnlxSZjV69nMudkj+1ApOvm+duUM0V0qRdDseoOs4NfqrbGYQCStTFF2SBl7/g95Jw6MAY5SQkYQVhDeqB\
        L8zZEk2sNTji4SeijhgHkhm05VDgvcqqgPUeKy3soqEJ8KD+mgwDFdywlVeqY4AtbWGqu3O/tgzODUXVIkU5RVdL64CwKlyP1qANtTWDeDnn\
        3pMEvzvYJltcCO1SHsdmmKWXA77wJgNe9VzJ7n1h54BqqoFi55VrpPyB9meEVu1IiKyvplCUTZ3dytrztgwyRySrcQStKrNwQGzVa42nmtnb\
        qt2Lf8d1uzP2/7R6+F483bIPtlsOaVKBQiTJHfmMkFJ2U13AfNYO64qdhDxfGooffA5jfwXynUqkZYgRBpuH5ZkCZDCQ2SRE8OsGO+ds8T8f\
        at/aVgmOd8wbwOunTwlCypPk+Rg9m7SuR7fNabetAvpqqqk7zT+tj5/aVqzM8uN1lalq4/gbK9MbmuQdqT2xOvugMgy4Q/SlCM8QMUGW2ARO\
        4aU7JGGWKn1KY4Hz48x3Vd6xl0mutZZapZoMXWXdB5eCrx4zZmo/F9BHctGsBjheggA4uXD6iIj2LYAQjbRVihsYQk8304M820oTKvVJVgL0\
        ZccU+vyhxhfgAzEHcwHHm+htZOlEzJxVe1QRy/GNsaP0Aw0ewlE8i5kp/O6UapBpkK1nD3FYsZ8BqrIsb7cyiBjoHLDtGPRgPbsU8CzX7cJT\
        smmKaphBDZr4QMne92B8iYN8HvbhKrdHDITfEiZ+H285yGAjh9UUiB+WGBsuNk+nQfZ15wnN9YwDm73kT/mwNBN4bOHG0eSDe4aWJxtcEK2E\
        huWlXy0X25zLF4loCUXlAaqsyIimFhUlGPKxYVFOzg3+qkAzt+Ugv4xg6JxOrjrCO9/3vnB/i7ztQCtZJuatJqAxPuvVkhV4IV18JjgKkvCs\
        vuYPqkuMawQd7uvzhdWWzSH+VbXR+fH2AthQ50Ysaa/vsAwxThVky3OwUNzJUcMh1s9Jzg8VBA1aME0wMTANBglghkgBZQMEAgEFAAQg4ttX\
        C132CVnUh5RqRPDsXiHwphF2FG3YHpit7dMfJTQEFJBFjcagJbL4gpyzYABMlMU7g5G6AgInEA==
        """
}
