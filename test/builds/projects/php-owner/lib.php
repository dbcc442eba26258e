<?php
function counted(string $file): int
{
    $count = (int) @file_get_contents($file) + 1;
    file_put_contents($file, (string) $count);
    return $count;
}
