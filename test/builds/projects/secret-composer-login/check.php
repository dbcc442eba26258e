<?php
// Shows that the step had the login, without keeping it.
file_put_contents('proof.txt', hash('sha256', getenv('COMPOSER_AUTH')));
