<?php

function greeting(): string
{
    return "Shop is open\n";
}
