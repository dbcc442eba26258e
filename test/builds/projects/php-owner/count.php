<?php
require 'vendor/autoload.php';

echo counted('vendor/count.txt'), "\n";
