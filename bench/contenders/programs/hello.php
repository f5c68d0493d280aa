<?php
// For php-fpm and php-cgi.
[$path, $query] = array_pad(explode('?', $_SERVER['REQUEST_URI'] ?? '', 2), 2, '');
switch (basename($path)) {
    case 'bytes':
        header('Content-Type: application/octet-stream');
        header("Content-Length: $query");
        echo str_repeat('x', (int) $query);
        break;
    case 'echo':
        header('Content-Type: application/json');
        echo json_encode(json_decode(file_get_contents('php://input')));
        break;
    default:
        header('Content-Type: text/plain');
        header('Content-Length: 14');
        echo "Hello, world!\n";
}
