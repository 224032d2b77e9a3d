# Looks every week for personal data in the buckets: telemetry and access logs must hold none.
resource "aws_macie2_account" "main" {
  status = "ENABLED"
}

resource "aws_macie2_classification_job" "weekly" {
  name     = local.name
  job_type = "SCHEDULED"

  schedule_frequency {
    weekly_schedule = "MONDAY"
  }

  s3_job_definition {
    bucket_definitions {
      account_id = var.account_id
      buckets    = [aws_s3_bucket.audit.id, aws_s3_bucket.logs.id]
    }
  }

  depends_on = [aws_macie2_account.main]
}
