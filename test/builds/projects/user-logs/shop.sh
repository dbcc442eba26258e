#!/bin/sh
set -e
mkdir -p "$LOG_DIR"
echo started > "$LOG_DIR/shop.log"
echo 1 > /data/orders
cat "$LOG_DIR/shop.log" /data/orders
