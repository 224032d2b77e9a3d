# What an account needs once, whatever runs in it: somebody who hears about its costs, and somebody who looks at what is
# open to other accounts.
variable "platform_email" {
  description = "Who hears about costs."
  type        = string
  default     = "platform@campus.example"
}

variable "monthly_budget" {
  description = "Dollars of a month; at 80 and at 100 percent of them somebody is told."
  type        = string
  default     = "500"
}

resource "aws_budgets_budget" "month" {
  name         = "campanile"
  budget_type  = "COST"
  limit_amount = var.monthly_budget
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  notification {
    threshold                  = 80
    threshold_type             = "PERCENTAGE"
    comparison_operator        = "GREATER_THAN"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = [var.platform_email]
  }

  notification {
    threshold                  = 100
    threshold_type             = "PERCENTAGE"
    comparison_operator        = "GREATER_THAN"
    notification_type          = "ACTUAL"
    subscriber_email_addresses = [var.platform_email]
  }
}

resource "aws_ce_anomaly_monitor" "services" {
  name              = "campanile-services"
  monitor_type      = "DIMENSIONAL"
  monitor_dimension = "SERVICE"
}

resource "aws_ce_anomaly_subscription" "platform" {
  name             = "campanile-platform"
  frequency        = "DAILY"
  monitor_arn_list = [aws_ce_anomaly_monitor.services.arn]

  subscriber {
    type    = "EMAIL"
    address = var.platform_email
  }

  threshold_expression {
    dimension {
      key           = "ANOMALY_TOTAL_IMPACT_ABSOLUTE"
      match_options = ["GREATER_THAN_OR_EQUAL"]
      values        = ["50"]
    }
  }
}

resource "aws_accessanalyzer_analyzer" "account" {
  analyzer_name = "campanile"
  type          = "ACCOUNT"
}

variable "rotation_function_arn" {
  description = "Function of Lambda that changes the password of the database role and writes the new address to the secret."
  type        = string
}

resource "aws_secretsmanager_secret_rotation" "gateway" {
  secret_id           = aws_secretsmanager_secret.gateway.id
  rotation_lambda_arn = var.rotation_function_arn

  rotation_rules {
    automatically_after_days = 30
  }
}
