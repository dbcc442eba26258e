<?php
namespace Greeting;

class Text
{
    public const VALUE = 'hello from php';
}
