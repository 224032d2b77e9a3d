# One key for data at rest and one for what auditors read, so that the second outlives a mistake with the first.
resource "aws_kms_key" "data" {
  description             = "Database, secrets and application logs"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

resource "aws_kms_key" "audit" {
  description             = "CloudTrail, flow logs, the audit bucket and backups"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "OwnAccount"
        Effect    = "Allow"
        Principal = { AWS = "arn:aws:iam::${var.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "TrailAndLogs"
        Effect    = "Allow"
        Principal = { Service = ["backup.amazonaws.com", "cloudtrail.amazonaws.com", "cloudwatch.amazonaws.com", "config.amazonaws.com", "logs.us-east-1.amazonaws.com"] }
        Action    = ["kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
      }
    ]
  })
}
