resource "aws_ecs_cluster" "main" {
  name = local.name

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

resource "aws_ecr_repository" "house" {
  name                 = "campanile/house"
  image_tag_mutability = "IMMUTABLE"

  image_scanning_configuration {
    scan_on_push = true
  }

  encryption_configuration {
    encryption_type = "KMS"
    kms_key         = aws_kms_key.data.arn
  }
}

resource "aws_cloudwatch_log_group" "gateway" {
  name              = "/ecs/campanile/gateway"
  retention_in_days = 365
  kms_key_id        = aws_kms_key.audit.arn
}

resource "aws_ecs_task_definition" "gateway" {
  family                   = "campanile-gateway"
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = "512"
  memory                   = "1024"
  task_role_arn            = aws_iam_role.task.arn
  execution_role_arn       = aws_iam_role.execution.arn

  runtime_platform {
    operating_system_family = "LINUX"
    cpu_architecture        = "ARM64"
  }

  volume {
    name = "scratch"
  }

  container_definitions = jsonencode([
    {
      name                   = "gateway"
      image                  = var.image
      entryPoint             = ["node"]
      command                = ["app/gateway/main.ts"]
      essential              = true
      user                   = "10001:10001"
      privileged             = false
      readonlyRootFilesystem = true
      cpu                    = 512
      memory                 = 1024
      stopTimeout            = 30
      portMappings           = [{ containerPort = 5001, protocol = "tcp" }]
      mountPoints            = [{ sourceVolume = "scratch", containerPath = "/tmp", readOnly = false }]
      linuxParameters        = { initProcessEnabled = true, capabilities = { drop = ["ALL"] } }
      environment = [
        { name = "NODE_ENV", value = "production" },
        { name = "CAMPANILE_ENVIRONMENT", value = "production" }
      ]
      secrets = [
        { name = "CAMPANILE_DATABASE_URL", valueFrom = aws_secretsmanager_secret.gateway.arn }
      ]
      healthCheck = {
        command     = ["CMD", "node", "compose/docker/main.ts", "probe", "http://127.0.0.1:5001/health"]
        interval    = 30
        timeout     = 10
        retries     = 3
        startPeriod = 60
      }
      logConfiguration = {
        logDriver = "awslogs"
        options = {
          "awslogs-group"         = "/ecs/campanile/gateway"
          "awslogs-region"        = "us-east-1"
          "awslogs-stream-prefix" = "gateway"
        }
      }
    }
  ])
}

resource "aws_ecs_service" "gateway" {
  name            = "gateway"
  cluster         = aws_ecs_cluster.main.id
  task_definition = aws_ecs_task_definition.gateway.arn
  launch_type     = "FARGATE"
  desired_count   = 2

  network_configuration {
    subnets          = [aws_subnet.private_a.id, aws_subnet.private_b.id]
    security_groups  = [aws_security_group.tasks.id]
    assign_public_ip = false
  }

  load_balancer {
    target_group_arn = aws_lb_target_group.gateway.arn
    container_name   = "gateway"
    container_port   = 5001
  }

  deployment_circuit_breaker {
    enable   = true
    rollback = true
  }
}

resource "aws_appautoscaling_target" "gateway" {
  service_namespace  = "ecs"
  resource_id        = "service/campanile/gateway"
  scalable_dimension = "ecs:service:DesiredCount"
  min_capacity       = 2
  max_capacity       = 6
}

resource "aws_secretsmanager_secret" "gateway" {
  name                    = "campanile/gateway/database-url"
  kms_key_id              = aws_kms_key.data.arn
  recovery_window_in_days = 30
}
