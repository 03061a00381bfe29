"""The bucket: snapshots, which are what logs sessions in, and files."""

from tests.infra.templates import only, resources

BUCKET = only("AWS::S3::Bucket")
POLICY = only("AWS::S3::BucketPolicy")["PolicyDocument"]["Statement"]


def test_there_is_one_bucket() -> None:
    """The tests here speak of all there are."""
    assert list(resources("AWS::S3::Bucket")) == ["data.Bucket"]


def test_nothing_in_it_can_become_public() -> None:
    """All four blocks are on."""
    names = ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets")
    assert BUCKET["PublicAccessBlockConfiguration"] == dict.fromkeys(names, True)


def test_it_is_encrypted_with_our_key() -> None:
    """With a bucket key, so that KMS is not asked, and paid, for each object."""
    assert BUCKET["BucketEncryption"]["ServerSideEncryptionConfiguration"] == [
        {
            "BucketKeyEnabled": True,
            "ServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": {"Ref": "KeyArn"}},
        }
    ]


def test_access_lists_do_not_count() -> None:
    """Whoever writes an object, it is the bucket's owner's."""
    assert BUCKET["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerEnforced"}]


def test_what_was_overwritten_or_deleted_is_kept_for_a_week() -> None:
    """Versions, and an end of them: a busy session writes thousands a day."""
    assert BUCKET["VersioningConfiguration"] == {"Status": "Enabled"}
    (rule,) = [rule for rule in BUCKET["LifecycleConfiguration"]["Rules"] if "NoncurrentVersionExpiration" in rule]
    assert rule["NoncurrentVersionExpiration"] == {"NoncurrentDays": 7}
    assert (rule["Status"], rule["ExpiredObjectDeleteMarker"]) == ("Enabled", True)


def test_uploads_that_were_broken_off_are_removed() -> None:
    """Nobody sees them, and they cost."""
    rules = [rule for rule in BUCKET["LifecycleConfiguration"]["Rules"] if "AbortIncompleteMultipartUpload" in rule]
    assert [(rule["Status"], rule["AbortIncompleteMultipartUpload"]) for rule in rules] == [
        ("Enabled", {"DaysAfterInitiation": 1})
    ]


def test_current_objects_never_expire_but_files() -> None:
    """The newest snapshot of a session that rests for a year is still what logs it in; a file nobody removed goes."""
    expiring = [
        rule
        for rule in BUCKET["LifecycleConfiguration"]["Rules"]
        if {"ExpirationInDays", "ExpirationDate", "Transitions"} & set(rule)
    ]
    assert [(rule["Prefix"], rule["ExpirationInDays"], rule["Status"]) for rule in expiring] == [
        ("media/", 400, "Enabled")
    ]


def test_a_page_brings_a_file_to_its_address() -> None:
    """From anywhere, with what the address asks for; browsers are told nothing else of the bucket."""
    (rule,) = BUCKET["CorsConfiguration"]["CorsRules"]
    assert (rule["AllowedMethods"], rule["AllowedHeaders"]) == (["PUT", "GET"], ["content-type", "if-none-match"])


def test_only_tls_reaches_it() -> None:
    """Everybody and everything is refused without TLS 1.2, the owner too."""
    whole = [{"Fn::GetAtt": ["Bucket", "Arn"]}, {"Fn::Sub": "${Bucket.Arn}/*"}]
    assert {(one["Effect"], one["Principal"], one["Action"]) for one in POLICY} == {("Deny", "*", "s3:*")}
    assert [one["Resource"] for one in POLICY] == [whole, whole]
    assert [one["Condition"] for one in POLICY] == [
        {"Bool": {"aws:SecureTransport": "false"}},
        {"NumericLessThan": {"s3:TlsVersion": "1.2"}},
    ]
