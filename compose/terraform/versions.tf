terraform {
  required_version = ">= 1.10.0"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.80"
    }
  }

  # state.tf makes the bucket.
  backend "s3" {
    bucket       = "campanile-terraform-state"
    key          = "production/terraform.tfstate"
    region       = "us-east-1"
    encrypt      = true
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region

  default_tags {
    tags = {
      Project            = "campanile"
      Environment        = "production"
      Owner              = "platform"
      CostCenter         = "campus-it"
      DataClassification = "restricted"
    }
  }
}
