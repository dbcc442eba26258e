<?= "Shop ", PHP_OS_FAMILY, " ", $_SERVER["REQUEST_URI"], "\n";
