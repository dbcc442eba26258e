#!/bin/sh
set -e
for it in apples pears; do echo "$it" >> counted; done
wc -l < counted
