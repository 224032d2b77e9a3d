resource "aws_cloudwatch_log_group" "trail" {
  name              = "/cloudtrail/campanile"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.audit.arn
}

resource "aws_cloudtrail" "main" {
  name                          = local.name
  s3_bucket_name                = aws_s3_bucket.audit.id
  s3_key_prefix                 = "trail"
  is_multi_region_trail         = true
  include_global_service_events = true
  enable_logging                = true
  enable_log_file_validation    = true
  kms_key_id                    = aws_kms_key.audit.arn
  cloud_watch_logs_group_arn    = "${aws_cloudwatch_log_group.trail.arn}:*"
  cloud_watch_logs_role_arn     = aws_iam_role.trail.arn

  event_selector {
    read_write_type           = "All"
    include_management_events = true

    data_resource {
      type   = "AWS::S3::Object"
      values = ["arn:aws:s3:::campanile-audit/", "arn:aws:s3:::campanile-terraform-state/"]
    }
  }
}

resource "aws_guardduty_detector" "main" {
  enable = true
}

# Images are looked through again and again, not only on the day they are pushed.
resource "aws_inspector2_enabler" "main" {
  account_ids    = [var.account_id]
  resource_types = ["ECR"]
}
