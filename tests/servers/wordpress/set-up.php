<?php
// Installs the site with an editor and an author, and prints their application passwords as JSON.
define('WP_INSTALLING', true);
require $argv[1] . '/wp-load.php';
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

wp_install('A blog', 'helene', 'helene@example.org', true, '', 'a long password');
update_option('timezone_string', 'Europe/Paris');
update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
update_option('comment_moderation', '1');
flush_rewrite_rules(false);
$marion = wp_insert_user([
    'user_login' => 'marion',
    'user_pass' => 'another long password',
    'user_email' => 'marion@example.org',
    'display_name' => 'Marion L’Hermite',
    'role' => 'author',
]);
$told = [];
foreach (['helene' => 1, 'marion' => $marion] as $name => $number) {
    [$password] = WP_Application_Passwords::create_new_application_password($number, ['name' => 'Tests']);
    $told[$name] = WP_Application_Passwords::chunk_password($password);
}
echo json_encode($told);
