variable "region" {
  description = "Where everything lives; education records stay in this region."
  type        = string
  default     = "us-east-1"
}

variable "account_id" {
  description = "Account that owns the stack, 12 digits."
  type        = string

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "expected 12 digits"
  }
}

variable "recovery_vault_arn" {
  description = "Vault of AWS Backup in another region, best of another account, that takes the copies."
  type        = string
}

variable "domain" {
  description = "Name under which the portal is reached; its certificate is made and renewed by ACM."
  type        = string
  default     = "campus.example"
}

variable "image" {
  description = "The house's image with its digest: registry/name@sha256:…"
  type        = string
  default     = "ghcr.io/campanile/house:0.1.0"
}

locals {
  name  = "campanile"
  zones = ["us-east-1a", "us-east-1b"]
}
