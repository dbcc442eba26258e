#!/bin/sh
set -eu
docker login -u ci -p "$REGISTRY_TOKEN" registry.example.com
docker build --tag "registry.example.com/shop:$CI_COMMIT_SHA" .
docker push "registry.example.com/shop:$CI_COMMIT_SHA"
